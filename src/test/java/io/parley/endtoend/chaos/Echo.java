package io.parley.endtoend.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is said in a chaos test: every input has a name of its own, and a reply follows from the input and the number of the
 * call, so that whoever reads one knows which call of the provider said it, to what, and every byte that it can hold.
 */
final class Echo {
    /** Names of inputs; no log of a gateway may hold one, as none may hold what somebody said. */
    static final Pattern INPUT = Pattern.compile("ask-\\d+-\\d+");
    private static final Pattern REPLY = Pattern.compile("^call-(\\d+) answers (ask-\\d+-\\d+): ");
    private static final Pattern WORDS = Pattern.compile("words=(\\d+)");
    private static final Pattern CUT = Pattern.compile("cut=(\\d+)");
    private static final int SMILE_EVERY = 7;
    private static final int DEFAULT_WORDS = 10;

    private Echo() {
    }

    /** Who said a reply, and to what. */
    record Source(int call, String input) {}

    /** The name of the input that a text holds, the last one if several; null if there is none. */
    static String input(String text) {
        return INPUT.matcher(text).results().map(found -> found.group()).reduce((_, last) -> last).orElse(null);
    }

    /** The pieces of a reply to a text. */
    static List<String> pieces(int call, String text) {
        String input = input(text);
        Random random = new Random(31L * call + input.hashCode());
        List<String> pieces = new ArrayList<>();
        pieces.add("call-" + call + " answers " + input + ": ");
        for (int i = number(WORDS, text, DEFAULT_WORDS); i > 0; i--) {
            pieces.add((i % SMILE_EVERY == 0 ? "\uD83D\uDE42ü" : "") + Integer.toString(random.nextInt(1 << 20), 36) + " ");
        }
        return pieces;
    }

    /** After how many pieces the connection breaks; more than there are for never. */
    static int cutAfter(String text) {
        return number(CUT, text, Integer.MAX_VALUE);
    }

    /** Whether the first call for this input is refused. */
    static boolean isRefusedOnce(String text) {
        return text.contains("refused");
    }

    /** Who said this; null if it is not the beginning of any reply. */
    static Source source(String reply) {
        Matcher found = REPLY.matcher(reply);
        return found.find() ? new Source(Integer.parseInt(found.group(1)), found.group(2)) : null;
    }

    private static int number(Pattern pattern, String text, int otherwise) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Integer.parseInt(found.group(1)) : otherwise;
    }
}

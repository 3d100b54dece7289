package io.parley.benchmark;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a client asks of the mock provider, as the text of its message.
 *
 * @param slot the client, and where its {@link Stamps} are
 * @param key what the reply is a function of
 * @param tokens of the reply
 * @param pace milliseconds between two tokens; 0: all at once; {@link #HOLD}: after the first one nothing comes
 */
record Prompt(int slot, long key, int tokens, int pace) {
    static final int HOLD = -1;
    static final String START = "bench slot=";
    private static final Pattern FORM = Pattern.compile(START + "(\\d+) key=(\\d+) tokens=(\\d+) pace=(-?\\d+)");

    String text() {
        return String.format(Locale.ROOT, START + "%d key=%d tokens=%d pace=%d", slot, key, tokens, pace);
    }

    /** The newest one in the body of a request. */
    static Prompt newestIn(String body) {
        Matcher found = FORM.matcher(body);
        if (!found.find(Math.max(0, body.lastIndexOf(START)))) {
            throw new IllegalArgumentException("no prompt of the benchmark");
        }
        return new Prompt(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2)), Integer.parseInt(found.group(3)),
                Integer.parseInt(found.group(4)));
    }

    /** All tokens of the reply. */
    String reply() {
        return IntStream.range(0, tokens).mapToObj(this::token).collect(Collectors.joining());
    }

    /** A token of the reply: of some five characters, now and then one that JSON or UTF-8 makes longer. */
    String token(int index) {
        long mixed = (key * 0x9E3779B97F4A7C15L) ^ ((index + 1) * 0xC2B2AE3D27D4EB4FL);
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        mixed ^= mixed >>> 32;
        int choice = (int) (mixed & 0x7f);
        return choice < RARE.length ? RARE[choice]
                : " " + SYLLABLES[(int) (mixed >>> 8) & 0xf] + SYLLABLES[(int) (mixed >>> 12) & 0xf];
    }

    private static final String[] RARE = { " naïve", " 東京", " 😀", "\n\n", " \"so\"", "\\", "\t" };
    private static final String[] SYLLABLES = { "ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti",
            "vo",
            "wu", "za" };
}

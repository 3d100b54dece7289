package io.parley.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the simulated model finds again in the messages it was sent. */
final class Recollection {
    private static final Pattern STATEMENT = Pattern.compile(
            "\\bmy (\\p{L}[\\p{L} '-]{0,40}?) (?:is|are|was) (?!what\\b)([^\\s.,;!?][^.,;!?\\n”]{0,79})",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern STATEMENT_IN_NOTES = Pattern.compile(
            "\\b(?:my|the user['’]?s) (\\p{L}[\\p{L} '-]{0,40}?) (?:is|are|was) (?!what\\b)"
                    + "([^\\s.,;!?<][^.,;!?\\n”<]{0,79})",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern QUESTION = Pattern.compile(
            "\\b(?:what(?:'s|’s|s| is| are| was| were)|who(?:'s| is)|remember|know|tell me|recall) my "
                    + "(\\p{L}[\\p{L} '-]{0,40}?)(?: again| now)?\\s*(?:[?.!,]|$)",
            Pattern.CASE_INSENSITIVE);

    private Recollection() {
    }

    /** What a question such as {@code What is my name?} asks for: {@code name}. */
    static Optional<String> asked(String text) {
        Matcher matcher = QUESTION.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip().toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** The facts that a text states about its speaker, in order. */
    static List<Fact> stated(String text) {
        return facts(STATEMENT, text);
    }

    /** The facts about the user in what somebody else wrote down, in the order of the text. */
    static List<Fact> noted(String text) {
        return facts(STATEMENT_IN_NOTES, text);
    }

    /**
     * What was said of this subject, the latest first: by the user, then in notes, last in the system prompt.
     *
     * @param earlier the user's own words, message by message
     * @param notes what was added to them
     */
    static Optional<Found> find(String subject, List<String> earlier, List<String> notes, String system) {
        for (int i = earlier.size() - 1; i >= 0; i--) {
            Optional<Fact> fact = latest(subject, stated(earlier.get(i)));
            if (fact.isPresent()) {
                return Optional.of(new Found(fact.get(), "You told me in message " + (i + 1) + " of this conversation."));
            }
        }
        for (String note : notes.reversed()) {
            Optional<Fact> fact = latest(subject, noted(note));
            if (fact.isPresent()) {
                return Optional.of(new Found(fact.get(), "The notes that I was sent say so."));
            }
        }
        return noted(system).stream().filter(fact -> fact.subject().equals(subject)).findFirst()
                .map(fact -> new Found(fact, "My instructions say so."));
    }

    private static Optional<Fact> latest(String subject, List<Fact> facts) {
        return facts.reversed().stream().filter(fact -> fact.subject().equals(subject)).findFirst();
    }

    private static List<Fact> facts(Pattern pattern, String text) {
        List<Fact> facts = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            facts.add(new Fact(matcher.group(1).strip().toLowerCase(Locale.ROOT), matcher.group(2).strip()));
        }
        return facts;
    }

    /** For {@code My name is Ada}: {@code name} and {@code Ada}. */
    record Fact(String subject, String value) {}

    /**
     * A fact and where it stands.
     *
     * @param source a sentence that says where
     */
    record Found(Fact fact, String source) {}
}

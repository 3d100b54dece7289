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
            "\\bmy (\\p{L}[\\p{L} '-]{0,40}?) (?:is|are|was) (?!what\\b)([^\\s.,;!?][^.,;!?\\n]{0,79})",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern STATEMENT_ABOUT_USER = Pattern.compile(
            "\\bthe user'?s (\\p{L}[\\p{L} '-]{0,40}?) (?:is|are) ([^\\s.,;!?][^.,;!?\\n]{0,79})",
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

    /** What was said of this subject, the latest first; the system prompt is asked last. */
    static Optional<Found> find(String subject, List<String> earlier, String system) {
        for (int i = earlier.size() - 1; i >= 0; i--) {
            for (Fact fact : stated(earlier.get(i)).reversed()) {
                if (fact.subject().equals(subject)) {
                    return Optional.of(new Found(fact, i + 1));
                }
            }
        }
        List<Fact> told = new ArrayList<>(facts(STATEMENT, system));
        told.addAll(facts(STATEMENT_ABOUT_USER, system));
        return told.stream().filter(fact -> fact.subject().equals(subject)).findFirst().map(fact -> new Found(fact, 0));
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
     * @param message which of the earlier user messages, from 1; 0: the system prompt
     */
    record Found(Fact fact, int message) {}
}

package io.parley.simulator;

import io.parley.simulator.Prompt.Said;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Replies with something in them that a chat page has to render: tables, lists, code, many words. */
final class Showcase {
    private static final Pattern TABLE = Pattern.compile("\\btable\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern LIST = Pattern.compile("\\b(list|bullets?)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern CODE = Pattern.compile("\\b(code|program|snippet)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern MARKDOWN = Pattern.compile("\\bmarkdown\\b", Pattern.CASE_INSENSITIVE);
    private static final String FORMULA = "A formula in a line, $e^{i\\pi} + 1 = 0$, and one of its own:\n\n"
            + "$$\\int_{-\\infty}^{\\infty} e^{-x^2}\\,dx = \\sqrt{\\pi}$$";
    private static final int QUOTED = 80;
    private static final int SHOWN = 10;
    private static final int SENTENCE = 10;
    private static final int PARAGRAPH = 50;
    private static final String[] WORDS = { "every", "reply", "is", "made", "of", "small", "pieces", "that", "arrive", "in",
            "order", "and", "none", "of", "them", "may", "get", "lost", "on", "its", "way" };

    private Showcase() {
    }

    /** What the question wants to be shown, if anything. */
    static Optional<String> shown(String question, Prompt prompt) {
        if (MARKDOWN.matcher(question).find()) {
            return Optional.of("# Markdown\n\nSome **bold**, some *italic*, a `word of code` and a "
                    + "[link](https://example.org/).\n\n" + table(prompt) + "\n\n" + list(prompt) + "\n\n" + code()
                    + "\n\n" + FORMULA + "\n\n> The end.");
        }
        if (TABLE.matcher(question).find()) {
            return Optional.of("What I was sent:\n\n" + table(prompt));
        }
        if (LIST.matcher(question).find()) {
            return Optional.of("What you said so far:\n\n" + list(prompt));
        }
        return CODE.matcher(question).find() ? Optional.of("Here it is:\n\n" + code()) : Optional.empty();
    }

    /** A text's beginning in quotation marks, on one line. */
    static String quote(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= QUOTED) {
            return "“" + line + "”";
        }
        return "“" + line.substring(0, line.offsetByCodePoints(0, QUOTED)) + "…”";
    }

    /** Exactly so many words, in sentences and paragraphs. */
    static String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String word = WORDS[i % WORDS.length];
            boolean starts = i % SENTENCE == 0;
            text.append(starts ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) : word);
            boolean ends = i % SENTENCE == SENTENCE - 1 || i == count - 1;
            text.append(ends ? "." : "").append(i == count - 1 ? "" : i % PARAGRAPH == PARAGRAPH - 1 ? "\n\n" : " ");
        }
        return text.toString();
    }

    private static String table(Prompt prompt) {
        int skipped = Math.max(0, prompt.said().size() - SHOWN);
        StringBuilder table = new StringBuilder("| # | role | text |\n| ---: | --- | --- |");
        int number = skipped;
        for (Said said : prompt.said().subList(skipped, prompt.said().size())) {
            number++;
            table.append("\n| ").append(number).append(" | ").append(said.speaker().name().toLowerCase(Locale.ROOT))
                    .append(" | ").append(quote(Commands.strip(said.text())).replace("|", "\\|")).append(" |");
        }
        return table.toString();
    }

    private static String list(Prompt prompt) {
        return prompt.byUser().reversed().stream().limit(SHOWN)
                .map(said -> "- " + quote(Commands.strip(said.text())))
                .collect(Collectors.joining("\n"));
    }

    private static String code() {
        return """
                ```java
                void main() {
                    for (int i = 1; i <= 3; i++) {
                        IO.println("Hello " + i + " <world> & \\"friends\\"");
                    }
                }
                ```""";
    }
}

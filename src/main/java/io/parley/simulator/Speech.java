package io.parley.simulator;

import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the simulated model says. Equal prompts get equal replies, and each shows that the earlier turns were sent. */
final class Speech {
    private static final Pattern ASKS_FIRST = Pattern.compile("\\b(say|said|tell|told|ask|asked|message)\\b.*\\bfirst\\b"
            + "|\\bfirst (thing|message|question)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASKS_LAST = Pattern.compile("\\b(say|said|tell|told|ask|asked)\\b.*\\b(last|before|just)\\b"
            + "|\\b(last|previous) (thing|message|question)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASKS_COUNT = Pattern.compile("\\bhow many (messages|turns)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern ASKS_SYSTEM = Pattern.compile("\\bsystem prompt\\b|\\byour instructions\\b",
            Pattern.CASE_INSENSITIVE);

    private final Prompt prompt;
    private final String question;
    private final List<String> earlier;
    private final List<String> notes;

    private Speech(Prompt prompt, String question) {
        this.prompt = prompt;
        this.question = question;
        List<Notes> all = prompt.byUser().stream().map(said -> Notes.of(said.text())).toList();
        List<Notes> before = prompt.last().speaker() == Speaker.USER ? all.subList(0, all.size() - 1) : all;
        this.earlier = before.stream().filter(message -> message.added().isEmpty() || !message.own().isEmpty())
                .map(message -> Commands.strip(message.own())).toList();
        this.notes = all.stream().flatMap(message -> message.added().stream()).map(Notes.Note::text).toList();
    }

    /** The reply to a prompt whose last entry says {@code question}, its commands and notes taken out. */
    static String reply(Prompt prompt, String question) {
        return new Speech(prompt, question).reply();
    }

    private String reply() {
        Said last = prompt.last();
        if (last.speaker() == Speaker.TOOL) {
            return "The tool answered: " + Showcase.quote(question) + " I hope that helps.";
        }
        if (Summary.isAsked(question)) {
            return Summary.of(prompt);
        }
        String seen = last.images().isEmpty() ? "" : "I see " + String.join(" and ", last.images()) + ". ";
        return seen + Stream.of(recalled(), asked(), Showcase.shown(question, prompt), noted())
                .flatMap(Optional::stream).findFirst().orElseGet(this::smallTalk);
    }

    private Optional<String> recalled() {
        return Recollection.asked(question).map(subject -> Recollection.find(subject, earlier, notes, prompt.system())
                .map(found -> "Your " + subject + " is " + found.fact().value() + ". " + found.source())
                .orElseGet(() -> "I do not know your " + subject + ": nothing I was sent says it. " + sent()));
    }

    private Optional<String> asked() {
        if (ASKS_COUNT.matcher(question).find()) {
            return Optional.of(sent());
        }
        if (ASKS_SYSTEM.matcher(question).find()) {
            return Optional.of(prompt.system().isEmpty() ? "There is no system prompt."
                    : "There is a system prompt of " + Tokens.count(prompt.system()) + " tokens. It begins: "
                            + Showcase.quote(prompt.system()));
        }
        if (ASKS_FIRST.matcher(question).find()) {
            return Optional.of(earlier.isEmpty() ? "This is the first thing you said to me."
                    : "The first thing you said was: " + Showcase.quote(earlier.getFirst()));
        }
        if (ASKS_LAST.matcher(question).find()) {
            return Optional.of(earlier.isEmpty() ? "You said nothing before this."
                    : "Before this you said: " + Showcase.quote(earlier.getLast()));
        }
        return Optional.empty();
    }

    private Optional<String> noted() {
        List<Recollection.Fact> facts = Recollection.stated(question);
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        String known = facts.stream()
                .map(fact -> "name".equals(fact.subject()) ? "Nice to meet you, " + fact.value() + "."
                        : "Noted: your " + fact.subject() + " is " + fact.value() + ".")
                .collect(Collectors.joining(" "));
        return Optional.of(known + " Ask me about it later. " + sent());
    }

    private String smallTalk() {
        String heard = question.isEmpty() ? "" : "You said: " + Showcase.quote(question) + " ";
        return heard + memory() + sent();
    }

    private String memory() {
        for (String text : earlier.reversed()) {
            List<Recollection.Fact> facts = Recollection.stated(text);
            if (!facts.isEmpty()) {
                Recollection.Fact fact = facts.getLast();
                return "Earlier you told me that your " + fact.subject() + " is " + fact.value() + ". ";
            }
        }
        return earlier.isEmpty() ? "" : "You began with: " + Showcase.quote(earlier.getFirst()) + " ";
    }

    private String sent() {
        int count = prompt.said().size();
        return "I was sent " + (count == 1 ? "1 message" : count + " messages")
                + (prompt.system().isEmpty() ? "" : " and a system prompt")
                + "; " + (prompt.byUser().size() == 1 ? "1 of them is yours." : prompt.byUser().size() + " of them are yours.");
    }
}

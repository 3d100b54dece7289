package io.parley.simulator;

import io.parley.simulator.Notes.Note;
import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import io.parley.simulator.Recollection.Fact;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the simulated model answers when it is to summarise: the facts it finds, in words that it understands later on. */
final class Summary {
    /** What an instruction to summarise says: the conversation is in the messages before it, or in a tag beside it. */
    private static final Pattern INSTRUCTION = Pattern
            .compile("Summarise the conversation (?:above|in <conversation>)");
    private static final Pattern ENTRY = Pattern.compile("^[ \\t\\[<(*#-]*(?:m\\d+\\W{1,4})?(?:user|assistant|tool)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern COUNTED = Pattern.compile("The conversation so far: (\\d{1,9}) messages?\\.");
    private static final int LONGEST = 2000;

    /** An earlier summary is older than the conversation that goes on after it, wherever it stands. */
    private static final Comparator<Note> OLDEST_FIRST = Comparator.comparing(note -> note.tag().equals("conversation"));

    private final Map<String, String> facts = new LinkedHashMap<>();
    private long messages;

    private Summary() {
    }

    /** Whether these words of the user ask for a summary. */
    static boolean isAsked(String question) {
        return INSTRUCTION.matcher(question).find();
    }

    /** The summary of a prompt whose last message asks for one. */
    static String of(Prompt prompt) {
        Summary summary = new Summary();
        List<Said> said = prompt.said();
        said.subList(0, said.size() - 1).forEach(summary::read);
        Notes.of(prompt.last().text()).added().stream().sorted(OLDEST_FIRST).forEach(summary::read);
        return summary.written();
    }

    private void read(Said said) {
        if (said.speaker() != Speaker.USER) {
            messages++;
            return;
        }
        Notes notes = Notes.of(said.text());
        notes.added().stream().sorted(OLDEST_FIRST).forEach(this::read);
        if (notes.added().isEmpty() || !notes.own().isEmpty()) {
            messages++;
            Recollection.stated(notes.own()).forEach(this::put);
        }
    }

    private void read(Note note) {
        Recollection.noted(note.text()).forEach(this::put);
        messages += counted(note);
    }

    private static long counted(Note note) {
        return switch (note.tag()) {
            case "summary" -> COUNTED.matcher(note.text()).results().mapToLong(count -> Long.parseLong(count.group(1))).sum();
            case "conversation" -> ENTRY.matcher(note.text()).results().count();
            default -> 0;
        };
    }

    private void put(Fact fact) {
        facts.remove(fact.subject());
        facts.put(fact.subject(), fact.value());
    }

    private String written() {
        String count = "The conversation so far: " + messages + (messages == 1 ? " message." : " messages.");
        return Stream.concat(lines(LONGEST - count.length()).stream(), Stream.of(count)).collect(Collectors.joining("\n"));
    }

    // The newest ones, as many as there is room for.
    private List<String> lines(int room) {
        List<String> lines = facts.entrySet().stream()
                .map(fact -> "The user's " + fact.getKey() + " is " + fact.getValue() + ".").toList();
        int first = lines.size();
        for (int left = room; first > 0 && lines.get(first - 1).length() < left; first--) {
            left -= lines.get(first - 1).length() + 1;
        }
        return lines.subList(first, lines.size());
    }
}

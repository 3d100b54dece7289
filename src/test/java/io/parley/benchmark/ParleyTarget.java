package io.parley.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The service, by its native API: a session for each client. */
final class ParleyTarget extends Target {
    private final URI uri;
    private final String settings;
    private List<String> sessions = List.of();
    private String[] turns = {};
    private long[] seen = {};
    private List<List<Prompt>> said = List.of();
    /** The prompts of earlier sessions, in which no client talks any more. */
    private final Map<String, List<Prompt>> left = new LinkedHashMap<>();
    private boolean imported;
    private boolean anew;

    /** @param settings of every session, as JSON */
    ParleyTarget(String name, URI uri, String settings) {
        super(name, uri.getPort());
        this.uri = uri;
        this.settings = settings;
    }

    /** Lets each client open a session for each thing that it says. */
    @CanIgnoreReturnValue
    ParleyTarget anew() {
        anew = true;
        return this;
    }

    @Override
    boolean opens() {
        return anew;
    }

    @Override
    String opening() {
        return settings;
    }

    @Override
    void opened(int slot, String answer) {
        left.put(sessions.get(slot), said.get(slot));
        sessions.set(slot, json(answer).path("id").asText());
        said.set(slot, new ArrayList<>());
    }

    @Override
    void prepare(int clients) {
        ChatClient client = new ChatClient(uri);
        left.clear();
        use(IntStream.range(0, clients).mapToObj(_ -> client.createSession(settings)).toList());
        imported = false;
    }

    /** Lets clients talk in sessions that hold imported messages. */
    void talkIn(List<String> those) {
        use(those);
        imported = true;
    }

    private void use(List<String> those) {
        sessions = new ArrayList<>(those);
        turns = new String[those.size()];
        seen = new long[those.size()];
        said = those.stream().map(_ -> (List<Prompt>) new ArrayList<Prompt>()).collect(Collectors.toList());
    }

    @Override
    String path(int slot) {
        return SESSIONS + "/" + sessions.get(slot) + "/turns";
    }

    @Override
    String body(Prompt prompt) {
        said.get(prompt.slot()).add(prompt);
        seen[prompt.slot()] = 0;
        return "{\"content\":" + quoted(prompt.text()) + "}";
    }

    @Override
    Heard hear(String event, Reception reception) {
        String name = EventSplitter.field(event, "event");
        if (name.isEmpty()) {
            return Heard.MORE;
        }
        JsonNode data = json(EventSplitter.field(event, "data"));
        return switch (name) {
            case "reconnect" -> Heard.FAILURE;
            default -> {
                count(reception, EventSplitter.field(event, "id"));
                yield hear(name, data, reception);
            }
        };
    }

    private void count(Reception reception, String text) {
        long id = text.isEmpty() ? 0 : Long.parseLong(text);
        int slot = reception.slot();
        if (id <= seen[slot]) {
            reception.fail("event " + id + " after event " + seen[slot]);
        }
        seen[slot] = id;
    }

    private Heard hear(String name, JsonNode data, Reception reception) {
        switch (name) {
            case "turn" -> turns[reception.slot()] = data.path("turn").asText();
            case "delta" -> reception.text(data.path("text").asText());
            case "reset" -> reception.fail("reset");
            case "done" -> {
                if (!data.path("state").asText().equals("completed")) {
                    reception.fail("done, but " + data.path("state"));
                }
                return Heard.END;
            }
            case "failed" -> {
                return Heard.FAILURE;
            }
            default -> {
                return Heard.MORE;
            }
        }
        return Heard.MORE;
    }

    @Override
    void refused(int slot, String answer) {
        if (!answer.contains("\"stored\":true")) {
            said.get(slot).removeLast();
        }
    }

    @Override
    String resumePath(int slot) {
        return path(slot) + "/" + turns[slot] + "/events?after=" + seen[slot];
    }

    /** Every input is stored once, in its order, each with the reply that belongs to it, and nothing else is. */
    @Override
    void check(boolean answered, Tally tally) {
        StoredTurns stored = new StoredTurns(new ChatClient(uri), answered, imported);
        for (int slot = 0; slot < sessions.size(); slot++) {
            left.put(sessions.get(slot), said.get(slot));
        }
        left.forEach((session, prompts) -> stored.fault(session, prompts)
                .ifPresent(fault -> tally.corrupt("session " + session + ": " + fault)));
    }
}

package io.parley.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/** The service, by its native API: a session for each client. */
final class ParleyTarget extends Target {
    private final URI uri;
    private final String settings;
    private List<String> sessions = List.of();
    private String[] turns = {};
    private long[] seen = {};
    private Prompt[] last = {};
    private int[] said = {};

    /** @param settings of every session, as JSON */
    ParleyTarget(String name, URI uri, String settings) {
        super(name, uri.getPort());
        this.uri = uri;
        this.settings = settings;
    }

    @Override
    void prepare(int clients) {
        ChatClient client = new ChatClient(uri);
        use(IntStream.range(0, clients).mapToObj(_ -> client.createSession(settings)).toList());
    }

    /** Lets clients talk in sessions that are there. */
    void use(List<String> those) {
        sessions = those;
        turns = new String[those.size()];
        seen = new long[those.size()];
        last = new Prompt[those.size()];
        said = new int[those.size()];
    }

    @Override
    String path(int slot) {
        return "/api/v1/sessions/" + sessions.get(slot) + "/turns";
    }

    @Override
    String body(Prompt prompt) {
        last[prompt.slot()] = prompt;
        said[prompt.slot()]++;
        seen[prompt.slot()] = 0;
        return "{\"content\":" + quoted(prompt.text()) + "}";
    }

    @Override
    Heard hear(String event, Reception reception) {
        String name = EventSplitter.field(event, "event");
        if (name.isEmpty()) {
            return Heard.MORE;
        }
        int slot = reception.slot();
        long id = Long.parseLong(EventSplitter.field(event, "id"));
        if (id <= seen[slot]) {
            reception.fail("event " + id + " after event " + seen[slot]);
        }
        seen[slot] = id;
        JsonNode data = json(EventSplitter.field(event, "data"));
        switch (name) {
            case "turn" -> turns[slot] = data.path("turn").asText();
            case "delta" -> reception.text(data.path("text").asText());
            case "reset" -> reception.fail("reset");
            case "done" -> {
                return Heard.END;
            }
            case "failed", "reconnect" -> {
                return Heard.FAILURE;
            }
            default -> {
                return Heard.MORE;
            }
        }
        return Heard.MORE;
    }

    @Override
    String resumePath(int slot) {
        return path(slot) + "/" + turns[slot] + "/events?after=" + seen[slot];
    }

    /** Every input is stored once with one reply, and the last one is the one that was said. */
    @Override
    void check(int clients, Tally tally) {
        ChatClient client = new ChatClient(uri);
        for (int slot = 0; slot < clients; slot++) {
            if (last[slot] == null) {
                continue;
            }
            JsonNode messages = client.send("GET", "/sessions/" + sessions.get(slot) + "/messages?limit=100", null).json()
                    .path("data");
            boolean whole = messages.path(messages.size() - 1).at("/content/0/text").asText().equals(reply(last[slot]));
            if (!whole || (said[slot] <= 50 && messages.size() != 2 * said[slot])) {
                tally.corrupt("session of slot " + slot + " holds " + messages.size() + " messages after " + said[slot]
                        + " turns, the last reply " + (whole ? "right" : "wrong"));
            }
        }
    }

    private static String reply(Prompt prompt) {
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < prompt.tokens(); i++) {
            whole.append(prompt.token(i));
        }
        return whole.toString();
    }
}

package io.parley.endtoend.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that is stored of a session.
 *
 * @param messages superseded ones too
 * @param logs each turn's event log, read from its start
 */
record History(String session, List<Message> messages, List<Turn> turns, List<View> logs) {

    /** A message; {@code turn} is null for one that no turn brought. */
    record Message(String id, String turn, String role, String text, String status, boolean live) {

        boolean isReply() {
            return role.equals("assistant");
        }
    }

    /**
     * A turn.
     *
     * @param key idempotency key of the request that opened it
     * @param message the reply, null if there is none
     * @param problem code of what it failed of, empty if nothing
     */
    record Turn(String id, String key, String state, String userMessage, String message, String problem) {

        /** Whether a repetition of its request answers the same input anew. */
        boolean mayRunAgain() {
            return message == null && (state.equals("failed") || state.equals("interrupted"));
        }
    }

    /** Reads everything over HTTP. */
    static History read(ChatClient client, String session) {
        Set<String> live = list(client, session, "/messages?limit=100").stream().map(message -> message.get("id").asText())
                .collect(Collectors.toCollection(HashSet::new));
        List<Message> messages = list(client, session, "/messages?superseded=true&limit=100").stream()
                .map(message -> message(message, live)).toList();
        List<Turn> turns = list(client, session, "/turns?limit=100").stream().map(History::turn).toList();
        return new History(session, messages, turns, turns.stream().map(turn -> log(client, session, turn)).toList());
    }

    /** All items of a list, page by page. */
    static List<JsonNode> list(ChatClient client, String session, String path) {
        List<JsonNode> all = new ArrayList<>();
        Answer page = client.send("GET", "/sessions/" + session + path, null);
        add(all, page);
        while (page.json().get("hasMore").asBoolean()) {
            // The first page is the newest one of messages, which go on before it, or of turns, which go on after it.
            String way = path.startsWith("/messages") ? "before" : "after";
            page = client.send("GET", "/sessions/" + session + path + "&" + way + "=" + page.at("/" + way), null);
            add(all, page);
        }
        return all;
    }

    private static void add(List<JsonNode> all, Answer page) {
        if (page.status() != 200) {
            throw new IllegalStateException(page.status() + " " + page.body());
        }
        page.json().get("data").forEach(all::add);
    }

    private static Message message(JsonNode json, Set<String> live) {
        String id = json.get("id").asText();
        return new Message(id, json.path("turn").asText(null), json.get("role").asText(), text(json.get("content")),
                json.path("status").asText(), live.contains(id));
    }

    static String text(JsonNode content) {
        return content.isTextual() ? content.asText()
                : content.valueStream().map(block -> block.path("text").asText("")).collect(Collectors.joining());
    }

    private static Turn turn(JsonNode json) {
        return new Turn(json.get("id").asText(), json.at("/metadata/key").asText(null), json.get("state").asText(),
                json.get("userMessage").asText(), json.path("message").asText(null), json.at("/problem/code").asText());
    }

    private static View log(ChatClient client, String session, Turn turn) {
        View view = new View(session, "the log");
        view.turn(turn.id());
        try (SseStream stream = client.events(session, turn.id())) {
            for (Event event : stream.rest()) {
                view.take(event);
            }
        }
        return view;
    }
}

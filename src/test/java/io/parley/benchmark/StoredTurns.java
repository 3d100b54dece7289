package io.parley.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a session holds after a run, read page by page and compared with what was said in it, character by character. */
final class StoredTurns {
    private final ChatClient client;
    private final boolean answered;
    private final boolean imported;

    /**
     * @param answered whether every input has had its reply
     * @param imported whether the session held messages before
     */
    StoredTurns(ChatClient client, boolean answered, boolean imported) {
        this.client = client;
        this.answered = answered;
        this.imported = imported;
    }

    /** The first thing that is not as it must be. */
    Optional<String> fault(String session, List<Prompt> said) {
        List<String> expected = expected(said);
        List<String> stored = newest(session, expected.size() + 1);
        boolean more = stored.size() > expected.size();
        if (more && (!imported || stored.getFirst().contains(Prompt.START))) {
            return Optional.of("more messages than the " + expected.size() + " that belong there");
        }
        List<String> own = more ? stored.subList(1, stored.size()) : stored;
        if (own.size() != expected.size()) {
            return Optional.of(own.size() + " messages in place of " + expected.size());
        }
        for (int i = 0; i < own.size(); i++) {
            if (!own.get(i).equals(expected.get(i))) {
                return Optional.of("message " + i + " is not what was said");
            }
        }
        return Optional.empty();
    }

    private List<String> expected(List<Prompt> said) {
        List<String> texts = new ArrayList<>();
        for (Prompt prompt : said) {
            texts.add("user: " + prompt.text());
            if (answered) {
                texts.add("assistant: " + prompt.reply());
            }
        }
        return texts;
    }

    /** The newest messages, oldest first; at most so many, fewer where there are not as many. */
    private List<String> newest(String session, int most) {
        List<String> texts = new ArrayList<>();
        String before = "";
        while (texts.size() < most) {
            int limit = Math.min(100, most - texts.size());
            JsonNode page = client.send("GET", "/sessions/" + session + "/messages?limit=" + limit + before, null).json();
            List<String> older = page.path("data").valueStream().map(StoredTurns::text).toList();
            texts.addAll(0, older);
            if (!page.path("hasMore").asBoolean()) {
                break;
            }
            before = "&before=" + page.path("before").asText();
        }
        return texts;
    }

    private static String text(JsonNode message) {
        return message.path("role").asText() + ": " + message.at("/content/0/text").asText();
    }
}

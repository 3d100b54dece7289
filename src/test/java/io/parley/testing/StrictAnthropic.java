package io.parley.testing;

import static io.parley.testing.StrictBody.demand;
import static io.parley.testing.StrictBody.name;
import static io.parley.testing.StrictBody.onlyFields;
import static io.parley.testing.StrictBody.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses every request that the strictest servers of Messages refuse. The roles must take turns, and the user must begin.
 * Results must stand first and right after their calls. Blank text, a signature of another server and an unknown field are
 * refused. So are tools and pictures if the model does not accept them.
 *
 * @param signer the word with which its signatures and its encrypted blocks begin
 */
public record StrictAnthropic(String signer, boolean pictures, boolean tools) implements Strictness {
    private static final Set<String> BODY = Set.of("model", "messages", "max_tokens", "tools", "tool_choice", "system",
            "temperature", "stop_sequences", "stream");
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]{1,40}");
    private static final String MARK = "cache_control";
    private static final int MOST_MARKS = 4;

    @Override
    public Optional<String> refusal(FakeCall call) {
        return StrictBody.refusal(call, new Check()::body);
    }

    /** The check of one body. */
    private final class Check {
        private final StrictPictures seen = new StrictPictures(pictures);
        private final Set<String> ids = new HashSet<>();
        private Set<String> asked = new LinkedHashSet<>();
        private boolean defined;

        void body(JsonNode body) {
            onlyFields(body, BODY, "body");
            defined = !body.path("tools").isEmpty();
            demand(tools || !defined, "tools: the model has none");
            demand(body.findParents(MARK).size() <= MOST_MARKS, "cache_control: more than 4");
            String role = "assistant";
            JsonNode messages = body.path("messages");
            for (int i = 0; i < messages.size(); i++) {
                JsonNode message = messages.get(i);
                String at = "messages." + i;
                onlyFields(message, Set.of("role", "content"), at);
                demand(!message.path("role").asText().equals(role), at + ": roles must alternate");
                role = message.path("role").asText();
                demand(message.path("content").isArray() && !message.path("content").isEmpty(), at + ".content: empty");
                if (role.equals("user")) {
                    user(message.path("content"), at + ".content");
                } else {
                    assistant(message.path("content"), at + ".content");
                }
            }
            demand(role.equals("user"), "messages: must end with a user message");
            seen.end();
        }

        private void user(JsonNode content, String at) {
            Set<String> answered = new LinkedHashSet<>();
            boolean results = true;
            for (JsonNode block : content) {
                boolean result = block.path("type").asText().equals("tool_result");
                demand(results || !result, at + ": tool_result after other blocks");
                results = result;
                if (result) {
                    String id = block.path("tool_use_id").asText();
                    demand(answered.add(id), at + ": two results of " + id);
                    result(block, at);
                } else {
                    shown(block, at);
                }
            }
            demand(answered.equals(asked), at + ": calls " + asked + ", results " + answered);
            asked = new LinkedHashSet<>();
        }

        private void result(JsonNode block, String at) {
            onlyFields(block, Set.of("type", "tool_use_id", "content", "is_error", MARK), at);
            demand(block.path("content").isMissingNode() || !block.path("content").isEmpty(), at + ".content: empty");
            block.path("content").forEach(inner -> shown(inner, at + ".content"));
            if (block.path("is_error").asBoolean()) {
                demand(!block.path("content").isEmpty(), at + ".tool_result: content cannot be empty if `is_error` is true");
                block.path("content").forEach(inner -> demand(inner.path("type").asText().equals("text"),
                        at + ".tool_result: all content must be type `text` if `is_error` is true"));
            }
        }

        private void shown(JsonNode block, String at) {
            if (block.path("type").asText().equals("text")) {
                onlyFields(block, Set.of("type", "text", MARK), at);
                text(block.path("text"), at + ".text");
                return;
            }
            demand(block.path("type").asText().equals("image"), at + ": type " + block.path("type"));
            onlyFields(block, Set.of("type", "source", MARK), at);
            JsonNode source = block.path("source");
            if (source.path("type").asText().equals("url")) {
                onlyFields(source, Set.of("type", "url"), at);
                seen.url(source.path("url").asText(), at);
            } else {
                onlyFields(source, Set.of("type", "media_type", "data"), at);
                seen.base64(source.path("media_type").asText(), source.path("data").asText(), at + ".image.source.base64");
            }
        }

        private void assistant(JsonNode content, String at) {
            demand(asked.isEmpty(), at + ": calls without results: " + asked);
            for (JsonNode block : content) {
                switch (block.path("type").asText()) {
                    case "text" -> {
                        onlyFields(block, Set.of("type", "text", MARK), at);
                        text(block.path("text"), at + ".text");
                    }
                    case "tool_use" -> call(block, at);
                    case "thinking" -> {
                        onlyFields(block, Set.of("type", "thinking", "signature"), at);
                        demand(block.path("signature").asText().startsWith(signer),
                                at + ": invalid signature in thinking block");
                    }
                    case "redacted_thinking" ->
                        demand(block.path("data").asText().startsWith(signer),
                                at + ": invalid data in redacted_thinking block");
                    default -> demand(false, at + ": type " + block.path("type"));
                }
            }
            demand(!content.get(content.size() - 1).path("type").asText().endsWith("thinking"),
                    at + ": the final block cannot be thinking");
        }

        private void call(JsonNode block, String at) {
            demand(defined, at + ": must define tools");
            onlyFields(block, Set.of("type", "id", "name", "input", MARK), at);
            String id = block.path("id").asText();
            demand(ID.matcher(id).matches(), at + ".id: " + id);
            demand(ids.add(id), at + ": tool_use ids must be unique: " + id);
            demand(block.path("input").isObject(), at + ".input");
            name(block.path("name"), at);
            asked.add(id);
        }
    }
}

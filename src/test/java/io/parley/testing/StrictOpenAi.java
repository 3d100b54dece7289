package io.parley.testing;

import static io.parley.testing.StrictBody.demand;
import static io.parley.testing.StrictBody.name;
import static io.parley.testing.StrictBody.onlyFields;
import static io.parley.testing.StrictBody.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses every request that the strictest servers of Chat Completions refuse. The user and the assistant must take turns, and
 * a reply must follow the results of tools. Each id of a call must have nine letters and digits and be unique. Blank text and
 * an unknown field are refused. So are tools and pictures if the model does not accept them.
 */
public record StrictOpenAi(boolean pictures, boolean tools) implements Strictness {
    private static final Set<String> BODY = Set.of("model", "messages", "tools", "max_tokens", "temperature", "stop", "stream",
            "stream_options");
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]{9}");

    @Override
    public Optional<String> refusal(FakeCall call) {
        return StrictBody.refusal(call, new Check()::body);
    }

    /** The check of one body. */
    private final class Check {
        private final StrictPictures seen = new StrictPictures(pictures);
        private final Set<String> ids = new HashSet<>();
        private final Deque<String> open = new ArrayDeque<>();
        private String before = "";

        void body(JsonNode body) {
            onlyFields(body, BODY, "body");
            demand(tools || !body.has("tools"), "tools: the model has none");
            JsonNode messages = body.path("messages");
            for (int i = 0; i < messages.size(); i++) {
                message(messages.get(i), "messages[" + i + "]", i);
            }
            demand(open.isEmpty(), "messages: no result for " + open);
            demand(before.equals("user") || before.equals("tool"), "messages: the last one is of " + before);
            seen.end();
        }

        private void message(JsonNode message, String at, int index) {
            String role = message.path("role").asText();
            demand(role.equals("tool") || open.isEmpty(), at + ": results are missing: " + open);
            switch (role) {
                case "system" -> demand(index == 0, at + ": a system message must be the first");
                case "user" -> user(message, at);
                case "assistant" -> assistant(message, at);
                case "tool" -> result(message, at);
                default -> demand(false, at + ": role " + role);
            }
            before = role;
        }

        private void user(JsonNode message, String at) {
            onlyFields(message, Set.of("role", "content"), at);
            demand(Set.of("", "system", "assistant").contains(before), at + ": user after " + before);
            JsonNode content = message.path("content");
            if (content.isTextual()) {
                text(content, at + ".content");
                return;
            }
            demand(content.isArray() && !content.isEmpty(), at + ".content: empty");
            for (JsonNode part : content) {
                part(part, at + ".content");
            }
        }

        private void part(JsonNode part, String at) {
            if (part.path("type").asText().equals("text")) {
                onlyFields(part, Set.of("type", "text"), at);
                text(part.path("text"), at + ".text");
                return;
            }
            demand(part.path("type").asText().equals("image_url"), at + ": type");
            onlyFields(part, Set.of("type", "image_url"), at);
            onlyFields(part.path("image_url"), Set.of("url"), at + ".image_url");
            String url = part.path("image_url").path("url").asText();
            if (url.startsWith("data:")) {
                String[] halves = url.substring("data:".length()).split(";base64,", 2);
                seen.base64(halves[0], halves[1], at);
            } else {
                seen.url(url, at);
            }
        }

        private void assistant(JsonNode message, String at) {
            onlyFields(message, Set.of("role", "content", "tool_calls"), at);
            demand(before.equals("user") || before.equals("tool"), at + ": assistant after " + before);
            JsonNode calls = message.path("tool_calls");
            demand(calls.isMissingNode() || (calls.isArray() && !calls.isEmpty()), at + ".tool_calls: empty");
            if (calls.isEmpty() || !message.path("content").isNull()) {
                text(message.path("content"), at + ".content");
            }
            calls.forEach(call -> call(call, at + ".tool_calls"));
        }

        private void call(JsonNode call, String at) {
            demand(tools, at + ": the model has no tools");
            onlyFields(call, Set.of("id", "type", "function"), at);
            String id = call.path("id").asText();
            demand(ID.matcher(id).matches(), at + ".id: must be a-z, A-Z, 0-9, with a length of 9: " + id);
            demand(ids.add(id), at + ".id: used twice: " + id);
            name(call.path("function").path("name"), at);
            String arguments = call.path("function").path("arguments").asText();
            demand(ChatClient.parse(arguments).isObject(), at + ": arguments");
            open.add(id);
        }

        private void result(JsonNode message, String at) {
            onlyFields(message, Set.of("role", "tool_call_id", "content"), at);
            String id = message.path("tool_call_id").asText();
            demand(id.equals(open.poll()), at + ": not the result that comes next: " + id);
            text(message.path("content"), at + ".content");
        }
    }
}

package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.context.ContextContract;
import io.parley.provider.ChatCall;
import io.parley.provider.Endpoint;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class OpenAiContextTest extends ContextContract {
    private static final Endpoint ENDPOINT = new Endpoint("p", "openai", URI.create("http://127.0.0.1/v1"), Optional.empty(),
            Map.of());

    @Override
    protected String render(ChatCall call) {
        return OpenAiBody.of(ENDPOINT, call);
    }

    @Override
    protected String throughMessages(String body) {
        String closed = body.substring(0, body.lastIndexOf("],\"tools\":["));
        // If no reply comes between, the next user message becomes a part of this message.
        return closed.endsWith("\"}") ? closed.substring(0, closed.length() - 2) : closed;
    }

    @Override
    protected void isLegal(JsonNode body) {
        Set<String> open = new HashSet<>();
        String role = "";
        for (JsonNode message : body.get("messages")) {
            role = message.get("role").asText();
            if (role.equals("tool")) {
                assertThat(open.remove(message.get("tool_call_id").asText())).isTrue();
            } else {
                assertThat(open).isEmpty();
            }
            message.path("tool_calls").forEach(call -> open.add(call.get("id").asText()));
            boolean says = !message.path("content").asText().isEmpty() || message.path("content").isArray();
            assertThat(says || message.has("tool_calls")).isTrue();
        }
        assertThat(open).isEmpty();
        assertThat(role).isIn("user", "tool");
    }
}

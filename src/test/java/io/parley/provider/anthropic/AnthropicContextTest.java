package io.parley.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.context.ContextContract;
import io.parley.provider.ChatCall;
import java.util.HashSet;
import java.util.Set;

class AnthropicContextTest extends ContextContract {

    @Override
    protected String render(ChatCall call) {
        return AnthropicBody.of(call);
    }

    @Override
    protected String throughMessages(String body) {
        String closed = body.substring(0, body.lastIndexOf("],\"stream\":true}"));
        return closed.endsWith("]}") ? closed.substring(0, closed.length() - 2) : closed;
    }

    @Override
    protected void isLegal(JsonNode body) {
        String role = "assistant";
        Set<String> asked = Set.of();
        for (JsonNode message : body.get("messages")) {
            assertThat(message.get("role").asText()).isNotEqualTo(role);
            role = message.get("role").asText();
            assertThat(message.get("content")).isNotEmpty();
            Set<String> answered = new HashSet<>();
            Set<String> calls = new HashSet<>();
            for (JsonNode block : message.get("content")) {
                if (block.path("type").asText().equals("text")) {
                    assertThat(block.get("text").asText()).isNotBlank();
                }
                if (block.has("tool_use_id")) {
                    answered.add(block.get("tool_use_id").asText());
                }
                if (block.path("type").asText().equals("tool_use")) {
                    calls.add(block.get("id").asText());
                }
            }
            assertThat(answered).isEqualTo(asked);
            asked = calls;
        }
        assertThat(role).isEqualTo("user");
        assertThat(body.findParents("cache_control").size()).isLessThanOrEqualTo(4);
    }
}

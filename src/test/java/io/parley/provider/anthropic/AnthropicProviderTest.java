package io.parley.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.RawJson;
import io.parley.conversation.Usage;
import io.parley.provider.Ability;
import io.parley.provider.CacheHints;
import io.parley.provider.Calls;
import io.parley.provider.ChatCall;
import io.parley.provider.ChatProviderContract;
import io.parley.provider.Model;
import io.parley.provider.ProviderParts;
import io.parley.provider.Reply;
import io.parley.testing.FakeReply;
import io.parley.testing.Models;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AnthropicProviderTest extends ChatProviderContract {
    private static final Model PLAIN = Models.able(Ability.REASONING);

    @Override
    protected String protocol() {
        return AnthropicProvider.PROTOCOL;
    }

    @Override
    protected URI baseUrl() {
        return fake.anthropicUrl();
    }

    @Override
    protected Map<String, String> expectedHeaders() {
        return Map.of("x-api-key", ProviderParts.KEY, "anthropic-version", "2023-06-01");
    }

    @Override
    protected String goldenRequest() {
        return """
                {"model":"model-1","max_tokens":500,
                "tools":[{"name":"look","description":"Looks things up","input_schema":{"type": "object"}}],
                "system":"Be brief.","messages":[
                {"role":"user","content":[{"type":"text","text":"Look at ü 🙂"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw=="}},
                {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]},
                {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig="},
                {"type":"redacted_thinking", "data":"x"},{"type":"text","text":"I look."},
                {"type":"tool_use","id":"000001000","name":"look","input":{ "q" : 1.50 }},
                {"type":"tool_use","id":"000001001","name":"look","input":{}}]},
                {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"000001000","content":[{"type":"text","text":"found"}]},
                {"type":"tool_result","tool_use_id":"000001001","content":[{"type":"text","text":"no net"}],"is_error":true},
                {"type":"text","text":"Images in the result of 000001001:"},
                {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"/9j/"}},
                {"type":"text","text":"And?"}]},
                {"role":"assistant","content":[{"type":"text","text":"I won't."}]},
                {"role":"user","content":[{"type":"text","text":"Why?"}]}],
                "temperature":0.5,"stop_sequences":["END"],"stream":true}""".replace("\n", "");
    }

    @Test
    void defines_the_tools_of_the_past_so_that_they_may_be_named() {
        ChatCall call = Calls.of(null, Generation.UNDECIDED, Calls.user(new Content.Text("a")),
                Calls.assistant(new Content.ToolCall("1", "look", RawJson.EMPTY_OBJECT)),
                Calls.tool(new Content.ToolResult("1", List.of(), false)), Calls.user(new Content.Text("b")));
        assertThat(AnthropicBody.of(call)).isEqualTo("""
                {"model":"model-1","max_tokens":4096,
                "tools":[{"name":"look","input_schema":{"type":"object"}}],"tool_choice":{"type":"none"},"messages":[
                {"role":"user","content":[{"type":"text","text":"a"}]},
                {"role":"assistant","content":[{"type":"tool_use","id":"000001000","name":"look","input":{}}]},
                {"role":"user","content":[{"type":"tool_result","tool_use_id":"000001000"},{"type":"text","text":"b"}]}],
                "stream":true}""".replace("\n", ""));
    }

    @Test
    void a_user_message_of_blanks_is_sent_as_one_without_text() {
        ChatCall call = Calls.of(null, Generation.UNDECIDED, Calls.user(new Content.Text(" \n")),
                Calls.assistant(new Content.Text("Yes?")), Calls.user(new Content.Text("b")));
        assertThat(AnthropicBody.of(call)).contains("\"messages\":["
                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"(no text)\"}]},"
                + "{\"role\":\"assistant\"");
    }

    @Test
    void sends_a_temperature_only_where_it_is_taken_and_never_more_than_one() {
        Generation hot = new Generation(1, 1.7, List.of(" ", "x"), null);
        assertThat(AnthropicBody.of(Calls.of(null, hot, Calls.user(new Content.Text("a")))))
                .contains("\"temperature\":1.0", "\"stop_sequences\":[\"x\"]");
        ChatCall call = new ChatCall(PLAIN, null, List.of(Calls.user(new Content.Text("a"))), hot, CacheHints.none("s"));
        assertThat(AnthropicBody.of(call)).doesNotContain("temperature", "stop_sequences");
    }

    @Test
    void marks_nothing_where_the_model_has_no_cache() {
        CacheHints hints = new CacheHints("k", true, List.of(new CacheHints.Mark(0, 1)));
        ChatCall call = Calls.hinted(Calls.of("S", Generation.UNDECIDED, Calls.user(new Content.Text("a"))), hints);
        assertThat(AnthropicBody.of(call)).contains("cache_control");
        ChatCall plain = new ChatCall(PLAIN, "S", call.messages(), call.generation(), hints);
        assertThat(AnthropicBody.of(plain)).contains("\"system\":\"S\"")
                .doesNotContain("cache_control");
    }

    @Test
    void keeps_thinking_with_its_signature() {
        fake.then(events("""
                {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}
                {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm "}}
                {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"so"}}
                {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"Eq="}}
                {"type":"content_block_stop","index":0}
                {"type":"message_delta","delta":{"stop_reason":"end_turn"}}"""));
        Reply reply = reply();
        assertThat(reply.thinking()).isEqualTo("hm so");
        assertThat(reply.text()).isEmpty();
        assertThat(reply.blocks()).containsExactly(new Content.Thinking("anthropic", "hm so", "Eq="));
    }

    @Test
    void keeps_blocks_that_it_does_not_know() {
        fake.then(events("""
                {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"Zm9v"}}
                {"type":"content_block_stop","index":0}
                {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"s","input":{}}}
                {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"q\\":1.50}"}}
                {"type":"content_block_stop","index":1}
                {"type":"content_block_start","index":2,"content_block":{"type":"new_block"}}
                {"type":"content_block_delta","index":2,"delta":{"type":"new_delta","step":"not text"}}
                {"type":"content_block_stop","index":2}
                {"type":"new_event.delta","delta":"not text"}
                {"type":"message_delta","delta":{"stop_reason":"end_turn"}}
                {"type":"message_stop"}"""));
        Reply reply = reply();
        assertThat(reply.text()).isEmpty();
        assertThat(reply.blocks()).containsExactly(
                new Content.Opaque("anthropic", new RawJson("{\"type\":\"redacted_thinking\",\"data\":\"Zm9v\"}")),
                new Content.Opaque("anthropic",
                        new RawJson("{\"type\":\"server_tool_use\",\"id\":\"s\",\"input\":{\"q\":1.50}}")),
                new Content.Opaque("anthropic", new RawJson("{\"type\":\"new_block\"}")));
    }

    @Test
    void believes_no_impossible_usage() {
        fake.then(events("""
                {"type":"message_start","message":{"usage":{"input_tokens":-4,"cache_read_input_tokens":900000000,\
                "cache_creation_input_tokens":18446744073709551617,"output_tokens":-1}}}
                {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5,\
                "output_tokens_details":{"thinking_tokens":6}}}"""));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(1_000_000_000, 900_000_000, 100_000_000, 5, 5, false));
    }

    @Test
    void knows_the_reasons_of_the_end() {
        Map<String, FinishReason> reasons = Map.of("end_turn", FinishReason.STOP, "max_tokens", FinishReason.LENGTH,
                "model_context_window_exceeded", FinishReason.LENGTH, "refusal", FinishReason.REFUSAL, "pause_turn",
                FinishReason.UNKNOWN, "STOP", FinishReason.STOP, "MAX_TOKENS", FinishReason.LENGTH);
        reasons.forEach((raw, reason) -> {
            fake.then(events("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + raw + "\"}}"));
            Reply reply = reply();
            assertThat(reply.finished().reason()).isEqualTo(reason);
            assertThat(reply.finished().rawReason()).isEqualTo(raw);
        });
    }

    @Test
    void signatures_and_unknown_blocks_count_to_the_length_of_a_reply() {
        String much = "x".repeat(100);
        for (String block : List.of("{\"type\":\"thinking\",\"signature\":\"" + much + "\"}",
                "{\"type\":\"redacted_thinking\",\"data\":\"" + much + "\"}")) {
            fake.then(events("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + block + "}"));
            assertThat(reply(Map.of("parley.limits.reply", "100")).finished().reason()).isEqualTo(FinishReason.LENGTH);
        }
        fake.then(events("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\"}}\n"
                + "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\""
                + much + "\"}}"));
        assertThat(reply(Map.of("parley.limits.reply", "100")).finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void a_reply_ends_where_it_has_more_blocks_than_it_may_hold() {
        String start = "{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":\"%s\"}}";
        String stop = "{\"type\":\"content_block_stop\",\"index\":%d}";
        fake.then(events(IntStream.rangeClosed(0, 1_024).mapToObj(i -> start.formatted(i, "text"))
                .collect(Collectors.joining("\n"))));
        fake.then(events(IntStream.rangeClosed(0, 1_024).mapToObj(i -> start.formatted(i, "new") + "\n" + stop.formatted(i))
                .collect(Collectors.joining("\n"))));
        assertThat(reply().finished().reason()).isEqualTo(FinishReason.LENGTH);
        Reply closed = reply();
        assertThat(closed.finished().reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(closed.blocks()).hasSize(1_024);
    }

    private Reply reply() {
        return reply(Map.of());
    }

    private Reply reply(Map<String, String> config) {
        try (ProviderParts parts = ProviderParts.start(config)) {
            return Reply.of(parts.stream(protocol(), baseUrl(), Calls.hello()));
        }
    }

    private static FakeReply events(String lines) {
        FakeReply reply = FakeReply.stream();
        lines.lines().forEach(line -> reply.bytes(("data: " + line + "\n\n").getBytes(StandardCharsets.UTF_8)));
        return reply.end();
    }
}

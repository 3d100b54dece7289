package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.RawJson;
import io.parley.conversation.Usage;
import io.parley.provider.Ability;
import io.parley.provider.CacheHints;
import io.parley.provider.Calls;
import io.parley.provider.ChatCall;
import io.parley.provider.ChatProviderContract;
import io.parley.provider.Counting;
import io.parley.provider.Endpoint;
import io.parley.provider.Model;
import io.parley.provider.ProviderParts;
import io.parley.provider.Reply;
import io.parley.testing.FakeReply;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenAiChatProviderTest extends ChatProviderContract {

    @Override
    protected String protocol() {
        return OpenAiChatProvider.PROTOCOL;
    }

    @Override
    protected URI baseUrl() {
        return fake.openAiUrl();
    }

    @Override
    protected Map<String, String> expectedHeaders() {
        return Map.of("authorization", "Bearer " + ProviderParts.KEY);
    }

    @Override
    protected String goldenRequest() {
        return """
                {"model":"model-1","messages":[{"role":"system","content":"Be brief."},
                {"role":"user","content":[{"type":"text","text":"Look at ü 🙂"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}},
                {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
                {"role":"assistant","content":"I look.","tool_calls":[
                {"id":"000001000","type":"function","function":{"name":"look","arguments":"{ \\"q\\" : 1.50 }"}},
                {"id":"000001001","type":"function","function":{"name":"look","arguments":"{}"}}]},
                {"role":"tool","tool_call_id":"000001000","content":"found"},
                {"role":"tool","tool_call_id":"000001001","content":"no net"},
                {"role":"assistant","content":"(no reply)"},
                {"role":"user","content":[{"type":"text","text":"Images in the result of 000001001:"},
                {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/"}},
                {"type":"text","text":"And?"}]},
                {"role":"assistant","content":"I won't."},
                {"role":"user","content":"Why?"}],
                "tools":[{"type":"function","function":{"name":"look","description":"Looks things up","parameters":{"type": "object"}}}],
                "max_tokens":500,"temperature":0.5,"stop":["END"],"stream":true,"stream_options":{"include_usage":true}}"""
                .replace("\n", "");
    }

    @Test
    void openai_itself_is_given_its_own_fields() {
        Model reasoning = new Model("m", "openai", "gpt", "o200k_base", 1000, 100, null, null, 0, Set.of(Ability.REASONING),
                Counting.ESTIMATED);
        ChatCall call = new ChatCall(reasoning, "S", List.of(Calls.assistant(new Content.Refusal("No."))),
                new Generation(9, 0.5, List.of("x"), null), CacheHints.none("session-1"));
        String body = render(URI.create("https://api.openai.com/v1"), Map.of(), call);
        assertThat(body).isEqualTo("""
                {"model":"gpt","messages":[{"role":"developer","content":"S"},
                {"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}],
                "max_completion_tokens":9,"stream":true,
                "stream_options":{"include_usage":true,"include_obfuscation":false},"prompt_cache_key":"session-1"}"""
                .replace("\n", ""));
    }

    @Test
    void quirks_decide_where_they_are_given() {
        ChatCall call = Calls.of("S", new Generation(9, null, null, null),
                Calls.assistant(new Content.Thinking("openai", "hm", null), new Content.Text("a")));
        String body = render(baseUrl(), Map.of(OpenAiQuirks.SYSTEM_ROLE, "developer", OpenAiQuirks.MAX_TOKENS_FIELD,
                "max_completion_tokens", OpenAiQuirks.STREAM_USAGE, "false", OpenAiQuirks.PROMPT_CACHE_KEY, "true",
                OpenAiQuirks.RESEND_REASONING, "reasoning_content"), call);
        assertThat(body).isEqualTo("""
                {"model":"model-1","messages":[{"role":"developer","content":"S"},
                {"role":"user","content":"(The assistant begins the conversation.)"},
                {"role":"assistant","content":"a","reasoning_content":"hm"}],
                "max_completion_tokens":9,"stream":true,"prompt_cache_key":"session-1"}""".replace("\n", ""));
    }

    @Test
    void servers_that_are_known_to_want_it_get_the_reasoning_beside_tool_calls_and_no_other() {
        ChatCall call = Calls.of(null, Generation.UNDECIDED, Calls.user(new Content.Text("a")),
                Calls.assistant(new Content.Thinking("openai", "hm", null),
                        new Content.ToolCall("1", "look", RawJson.EMPTY_OBJECT)),
                Calls.tool(new Content.ToolResult("1", List.of(), false)),
                Calls.assistant(new Content.Thinking("openai", "so", null), new Content.Text("b")),
                Calls.user(new Content.Text("c")));
        for (String host : List.of("api.deepseek.com", "api.moonshot.ai", "api.moonshot.cn", "api.xiaomimimo.com")) {
            assertThat(render(URI.create("https://" + host + "/v1"), Map.of(), call))
                    .contains("\"content\":null,\"reasoning_content\":\"hm\"").doesNotContain("\"so\"");
        }
        for (String host : List.of("api.openai.com", "notdeepseek.com", "deepseek.com.example.org")) {
            assertThat(render(URI.create("https://" + host + "/v1"), Map.of(), call)).doesNotContain("reasoning_content");
        }
    }

    @Test
    void a_greeting_begins_the_messages_of_openai_itself_only() {
        ChatCall call = Calls.of(null, Generation.UNDECIDED, Calls.assistant(new Content.Text("Welcome.")),
                Calls.user(new Content.Text("Hi")));
        assertThat(render(URI.create("https://api.openai.com/v1"), Map.of(), call))
                .contains("\"messages\":[{\"role\":\"assistant\",\"content\":\"Welcome.\"}");
        assertThat(render(baseUrl(), Map.of(), call)).contains("\"messages\":[{\"role\":\"user\",");
    }

    @Test
    void azure_takes_its_key_and_version_elsewhere() {
        Endpoint azure = ProviderParts.endpoint(protocol(), URI.create(baseUrl() + "/openai/deployments/d/"),
                Map.of(OpenAiQuirks.AUTH, "api-key", OpenAiQuirks.API_VERSION, "2026-10-01"));
        try (ProviderParts parts = ProviderParts.start(Map.of())) {
            Reply.of(parts.stream(azure, Calls.hello()));
        }
        assertThat(fake.calls().getFirst().path())
                .isEqualTo("/v1/openai/deployments/d/chat/completions?api-version=2026-10-01");
        assertThat(fake.calls().getFirst().headers()).containsEntry("api-key", ProviderParts.KEY)
                .doesNotContainKey("authorization");
    }

    @Test
    void keeps_reasoning_as_a_block_before_the_text() {
        fake.then(FakeReply.stream().thinking("let me ").thinking("see").text("So.").finish());
        Reply reply = reply();
        assertThat(reply.thinking()).isEqualTo("let me see");
        assertThat(reply.blocks()).containsExactly(new Content.Thinking("openai", "let me see", null));
    }

    @Test
    void joins_the_halves_of_a_character() {
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\\ud83d\"}}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"\\ude42b\"}}]}",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"));
        assertThat(reply().text()).isEqualTo("a🙂b");
    }

    @Test
    void reads_the_cache_hits_of_deepseek() {
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":"
                + "{\"prompt_tokens\":9,\"completion_tokens\":1,\"prompt_cache_hit_tokens\":6}}"));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(9, 6, 0, 1, 0, false));
    }

    @Test
    void believes_no_impossible_usage() {
        String usage = "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],\"usage\":"
                + "{\"prompt_tokens\":%s,\"completion_tokens\":%s,\"prompt_tokens_details\":{\"cached_tokens\":%s,"
                + "\"cache_write_tokens\":%s},\"completion_tokens_details\":{\"reasoning_tokens\":%s}}}";
        fake.then(events(usage.formatted("9223372036854775808", "1e999999", "-1", "7", "-5")),
                events(usage.formatted("10", "-3", "8", "8", "4")));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(1_000_000_000, 0, 7, 1_000_000_000, 0, false));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(10, 8, 2, 0, 0, false));
    }

    @Test
    void the_end_of_a_stream_without_a_reason_is_no_proof_that_the_reply_is_whole() {
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", "[DONE]"), events("[DONE]"));
        for (int i = 0; i < 2; i++) {
            assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
        }
    }

    @Test
    void does_not_wait_for_ever_after_the_reason_of_the_end() {
        fake.then(FakeReply.stream().bytes(data("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"))
                .hang());
        assertThat(reply(Map.of("parley.upstream.after-finish", "PT0.2S")).finished().reason()).isEqualTo(FinishReason.STOP);
        fake.awaitAborted(1);
    }

    @Test
    void what_comes_twice_or_after_the_reason_of_the_end_does_no_harm() {
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":null}]}",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}", "[DONE]", "[DONE]"));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("ab");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(reply.finished().usage()).as("the last one, not the sum").isEqualTo(new Usage(7, 0, 0, 3, 0, false));
    }

    @Test
    void no_content_is_not_the_word_null_and_a_tool_call_beside_it_is_not_lost() {
        fake.then(events("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":"
                + "[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}}]}",
                "{\"choices\":[{\"delta\":{\"content\":null,\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]},"
                        + "\"finish_reason\":\"tool_calls\"}]}",
                "[DONE]"));
        Reply reply = reply();
        assertThat(reply.text() + reply.refusal()).isEmpty();
        assertThat(reply.toolCalls()).extracting(Content.ToolCall::id).containsExactly("a");
    }

    @Test
    void tool_calls_without_index_are_told_apart_by_their_ids() {
        fake.then(events(
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]}}]}",
                "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}"));
        assertThat(reply().toolCalls()).extracting(Content.ToolCall::id).containsExactly("a", "b");
    }

    @Test
    void a_reply_ends_where_more_calls_are_open_than_it_may_hold() {
        String opened = IntStream.rangeClosed(0, 1_024).mapToObj("{\"index\":%d}"::formatted).collect(Collectors.joining(","));
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\",\"tool_calls\":[" + opened + "]}}]}"));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("a");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void ids_of_calls_count_to_the_length_of_a_reply() {
        fake.then(events("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"" + "i".repeat(100) + "\"}]}}]}"));
        assertThat(reply(Map.of("parley.limits.reply", "100")).finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    private Reply reply() {
        return reply(Map.of());
    }

    private Reply reply(Map<String, String> config) {
        try (ProviderParts parts = ProviderParts.start(config)) {
            return Reply.of(parts.stream(protocol(), baseUrl(), Calls.hello()));
        }
    }

    private String render(URI baseUrl, Map<String, String> quirks, ChatCall call) {
        return OpenAiBody.of(ProviderParts.endpoint(protocol(), baseUrl, quirks), call);
    }

    private static FakeReply events(String... data) {
        FakeReply reply = FakeReply.stream();
        List.of(data).forEach(event -> reply.bytes(data(event)));
        return reply.end();
    }

    private static byte[] data(String json) {
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

package io.parley.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Usage;
import io.parley.provider.Calls;
import io.parley.provider.Reply;
import io.parley.provider.WithFakeProvider;
import io.parley.testing.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of real servers that speak Anthropic's format: Parley understands each reply or fails the call with an error. */
class AnthropicRepliesTest extends WithFakeProvider {
    private static final String TEXT = """
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Four."}}
            """;
    private static final String END = """
            {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}
            {"type":"message_stop"}
            """;

    @ParameterizedTest
    @CsvSource({ "abort, PROVIDER_ERROR", "insufficient_system_resource, PROVIDER_OVERLOADED",
            "network_error, PROVIDER_ERROR", "timeout, PROVIDER_TIMEOUT", "something_new, PROVIDER_TRUNCATED" })
    void a_reason_that_is_no_good_one_fails_and_keeps_what_came(String reason, FailureCode code) {
        fake.then(events(TEXT + END.replace("end_turn", reason)), FakeReply.status(200).body(
                "{\"content\":[{\"type\":\"text\",\"text\":\"Four.\"}],\"stop_reason\":\"" + reason + "\"}"));
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.text()).isEqualTo("Four.");
            assertThat(reply.failure().code()).isEqualTo(code);
            assertThat(reply.failure().retryable()).isTrue();
        }
    }

    @Test
    void a_reason_that_is_none_ends_nothing() {
        fake.then(events(TEXT + END.replace("end_turn", "null")));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({ "max_tokens, LENGTH", "refusal, REFUSAL", "model_context_window_exceeded, LENGTH" })
    void a_reason_that_the_reply_is_cut_stays_although_a_better_one_follows(String first, FinishReason reason) {
        String early = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + first + "\"}}\n";
        fake.then(events(TEXT + early + END), events(early + TEXT + END));
        assertThat(reply().finished().reason()).isEqualTo(reason);
        assertThat(reply().finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(strings = { "[DONE]", "{\"type\":\"message_stop\"}", "" })
    void the_end_of_the_stream_may_be_openais(String end) {
        fake.then(events(TEXT + "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n" + end));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void openais_end_without_a_reason_is_no_proof_that_the_reply_is_whole() {
        fake.then(events(TEXT + "[DONE]"));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "event: ping\ndata: still here\n\n", "event: ping\ndata:\n\n", "data: ping\n\n",
            "event: heartbeat\ndata: 12:00\n\n", "data: {\"type\":\"ping\"}\n\n" })
    void a_heartbeat_need_not_be_json(String heartbeat) {
        FakeReply reply = FakeReply.stream();
        (TEXT + END).lines().forEach(line -> reply.bytes((heartbeat + "data: " + line + "\n\n")
                .getBytes(StandardCharsets.UTF_8)));
        fake.then(reply.end());
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Four."}}
            {"type":"content_block_start","index":0,"content_block":{"text":"Four."}}
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Four."}}
            {"type":"message_start","message":{"content":[{"type":"text","text":"Four."}]}}
            {"type":"message_start","message":{"content":"Four."}}
            {"type":"content_block_delta","index":0,"delta":{"type":"output_text_delta","text":"Four."}}
            {"type":"content_block_delta","index":0,"delta":{"text":"Four."}}
            """)
    void text_is_found_where_its_block_is_not_announced_or_whole_at_once(String event) {
        fake.then(events(event + "\n" + END));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void thinking_is_found_where_its_block_is_not_announced() {
        fake.then(events("""
                {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}
                {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Four."}}
                """ + END), FakeReply.status(200).body("{\"content\":\"Four.\",\"stop_reason\":\"end_turn\"}"));
        Reply reply = reply();
        assertThat(reply.blocks()).containsExactly(new Content.Thinking("anthropic", "Hm.", null));
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"content_block_start","index":0,"content_block":{"type":"markdown","md":"Four."}}
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":["Four."]}}
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":4}}
            {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}
            {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","input":{}}}
            {"type":"content_block_delta","index":0,"delta":{"type":"markdown_delta","md":"Four."}}
            {"type":"content_block_delta","index":0,"delta":{"type":"reasoning_delta","text":"Hm."}}
            {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":[1]}}
            """)
    void content_that_is_not_understood_is_no_success(String event) {
        fake.then(events(event + "\n" + END));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"content_block_start","index":1,"content_block":{"type":"answer"}} ; {"type":"content_block_delta","index":1,"delta":{"type":"answer_delta","text":"42."}}
            {"type":"content_block_start","index":1,"content_block":{"type":"answer"}} ; {"type":"content_block_delta","index":1,"delta":{"type":"answer_delta","answer":"42."}}
            {"type":"content_block_start","index":1,"content_block":{"type":"answer","text":"42."}}
            {"type":"content_block_start","index":1,"content_block":{"type":"answer","content":[{"type":"text","text":"42."}]}}
            {"type":"content_block_start","index":1,"content_block":{"type":"answer","text":{"value":"42."}}}
            {"type":"content_block_start","index":1,"content_block":{"type":"function_call","name":"f","arguments":"{}"}}
            {"type":"content_block_start","index":1,"content_block":{"type":"tool_call","name":"f"}}
            {"type":"content_block_delta","index":1,"delta":{"type":"answer_delta","content":"42."}}
            {"type":"content_block_delta","index":0,"delta":{"type":"answer_delta","content":"42."}}
            """)
    void text_in_a_block_that_is_not_known_is_not_lost_beside_an_answer(String events) {
        fake.then(events(TEXT + events.replace(" ; ", "\n") + "\n" + END));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"type":"answer","text":"42."}                                 | ''
            {"type":"answer","content":"42."}                              | ''
            {"text":"42."}                                                 | It is 42.
            {"type":"output_text","text":"42."}                            | It is 42.
            "42."                                                          | It is 42.
            {"type":"reasoning","text":"Hm."}                              | 'It is '
            {"type":"web_search_tool_result","content":[{"text":"found"}]} | 'It is '
            {"type":"redacted_thinking","data":"Zm9v"}                     | 'It is '
            {"type":"compaction","content":"Sum."}                         | 'It is '
            """)
    void a_block_beside_text_is_text_or_is_kept_or_fails_the_call(String block, String expected) {
        fake.then(FakeReply.status(200).body("{\"content\":[{\"type\":\"text\",\"text\":\"It is \"}," + block
                + "],\"stop_reason\":\"end_turn\"}"));
        Reply reply = reply();
        if (expected.isEmpty()) {
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        } else {
            assertThat(reply.text()).isEqualTo(expected);
            assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        }
    }

    @Test
    void a_piece_of_a_known_name_is_text_in_any_block() {
        fake.then(events("""
                {"type":"content_block_start","index":0,"content_block":{"type":"output_text","text":"Fo"}}
                {"type":"content_block_delta","index":0,"delta":{"type":"output_text_delta","text":"ur"}}
                {"type":"content_block_start","index":1,"content_block":{"type":"answer","text":""}}
                {"type":"content_block_delta","index":1,"delta":{"type":"output_text_delta","text":"."}}
                """ + END));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void an_argument_in_a_piece_that_is_not_known_is_not_lost_in_silence() {
        fake.then(events("""
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}
                {"type":"content_block_delta","index":0,"delta":{"type":"arguments_delta","arguments":"{\\"q\\":1}"}}
                """ + END.replace("end_turn", "tool_use")));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void a_call_that_did_not_come_is_no_success() {
        fake.then(events(END.replace("end_turn", "tool_use")));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void a_call_in_a_block_that_is_not_known_is_not_lost_in_silence() {
        String call = "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"invocation\",\"of\":\"f\"}}\n";
        fake.then(events(TEXT + call + END.replace("end_turn", "tool_use")),
                events(TEXT + END.replace("end_turn", "tool_use")));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        assertThat(reply().finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void a_block_that_is_not_known_beside_thinking_that_was_cut_is_no_failure() {
        fake.then(events("""
                {"type":"content_block_start","index":0,"content_block":{"type":"trace","step":"plan"}}
                {"type":"content_block_stop","index":0}
                {"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"Hm."}}
                """ + END.replace("end_turn", "max_tokens")));
        Reply reply = reply();
        assertThat(reply.thinking()).isEqualTo("Hm.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void a_call_may_lack_its_id_and_its_reason_and_hold_its_input_as_text() {
        fake.then(events("""
                {"type":"message_start","message":{"id":"m1"}}
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"f","input":"{\\"q\\":1}"}}
                {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"g","input":{}}}
                {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":{"q":2}}}
                {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","name":"h","input":null}}
                """ + END));
        Reply reply = reply();
        assertThat(reply.toolCalls()).extracting(call -> call.id() + " " + call.name() + " " + call.arguments().text())
                .containsExactly("call_m1_0 f {\"q\":1}", "call_m1_1 g {\"q\":2}", "call_m1_2 h {}");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    void calls_under_one_id_get_an_id_each() {
        fake.then(events("""
                {"type":"message_start","message":{"id":"m1"}}
                {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}
                {"type":"content_block_stop","index":0}
                {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"g","input":{}}}
                {"type":"content_block_stop","index":1}
                {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"b","name":"h","input":{}}}
                """ + END.replace("end_turn", "tool_use")));
        assertThat(reply().toolCalls()).extracting(call -> call.id() + " " + call.name())
                .containsExactly("a f", "call_m1_1 g", "b h");
    }

    @Test
    void a_later_zero_replaces_no_number() {
        String start = "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1500,"
                + "\"cache_read_input_tokens\":900,\"output_tokens\":1}}}\n";
        String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":0,"
                + "\"cache_read_input_tokens\":0,\"output_tokens\":%d}}\n";
        fake.then(events(start + TEXT + end.formatted(7)), events(start + TEXT + end.formatted(0)),
                events(start + TEXT + end.formatted(-1)));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(2_400, 900, 0, 7, 0, false));
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.finished().usage()).as("the output was never counted").isNull();
            assertThat(reply.used().inputTokens()).isEqualTo(2_400);
        }
    }

    @Test
    void what_was_written_to_the_cache_is_found_where_only_its_parts_are_told() {
        fake.then(events("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":30,\"cache_creation\":"
                + "{\"ephemeral_5m_input_tokens\":40,\"ephemeral_1h_input_tokens\":20}}}}\n" + TEXT + END));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(90, 0, 60, 7, 0, false));
    }

    @Test
    void a_reply_without_usage_at_its_end_is_not_counted() {
        fake.then(events("{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1500,\"output_tokens\":1}}}\n"
                + TEXT + "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}"),
                FakeReply.status(200)
                        .body("{\"content\":\"Four.\",\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":0}}"));
        assertThat(reply().finished().usage()).isNull();
        assertThat(reply().finished().usage()).isNull();
    }

    private static Reply reply() {
        return Reply.of(parts.stream(AnthropicProvider.PROTOCOL, fake.anthropicUrl(), Calls.hello()));
    }

    private static FakeReply events(String lines) {
        FakeReply reply = FakeReply.stream();
        lines.lines().forEach(line -> reply.bytes(("data: " + line + "\n\n").getBytes(StandardCharsets.UTF_8)));
        return reply.end();
    }
}

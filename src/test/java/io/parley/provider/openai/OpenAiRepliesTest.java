package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Usage;
import io.parley.provider.Calls;
import io.parley.provider.ProviderParts;
import io.parley.provider.Reply;
import io.parley.provider.ReplyRecorder;
import io.parley.provider.WithFakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies of real servers that speak OpenAI's format: Parley understands each reply or fails the call with an error. */
class OpenAiRepliesTest extends WithFakeProvider {
    private static final String DONE = "[DONE]";

    @Test
    void a_reason_before_the_first_content_ends_nothing() {
        try (ProviderParts hasty = ProviderParts.start(Map.of("parley.upstream.after-finish", "PT0.05S"))) {
            Gate gate = new Gate();
            String early = "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"stop\"}]}";
            fake.then(FakeReply.stream().bytes(data(early)).waitFor(gate).bytes(data(delta("\"content\":\"The answer.\"")))
                    .bytes(data(finish("stop")))
                    .bytes(data(DONE)).end());
            ReplyRecorder reading = read(hasty);
            gate.awaitReached();
            await().during(Duration.ofMillis(200)).until(() -> !reading.hasCompleted());
            gate.open();
            assertThat(Reply.of(reading).text()).isEqualTo("The answer.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "reasoning", "content" })
    void a_reason_in_every_chunk_ends_nothing_while_content_comes(String member) {
        try (ProviderParts hasty = ProviderParts.start(Map.of("parley.upstream.after-finish", "PT0.4S"))) {
            FakeReply reply = FakeReply.stream();
            List<Gate> gates = Stream.generate(Gate::new).limit(6).toList();
            gates.forEach(gate -> reply
                    .bytes(data("{\"choices\":[{\"delta\":{\"" + member + "\":\"x\"},\"finish_reason\":\"stop\"}]}"))
                    .waitFor(gate));
            fake.then(reply.bytes(data(delta("\"content\":\"!\""))).bytes(data(DONE)).end());
            ReplyRecorder reading = read(hasty);
            for (Gate gate : gates) {
                gate.awaitReached();
                await().pollInterval(Duration.ofMillis(10)).during(Duration.ofMillis(100))
                        .until(() -> !reading.hasCompleted());
                gate.open();
            }
            assertThat(Reply.of(reading).text()).endsWith("!");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"null\"", "\"\"", "null", "\"None\"", "false" })
    void a_reason_that_is_none_ends_nothing(String none) {
        fake.then(events("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":" + none + "}]}",
                delta("\"content\":\"b\""), finish("stop"), DONE),
                events("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":" + none + "}]}", DONE));
        assertThat(reply().text()).isEqualTo("ab");
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({ "abort, PROVIDER_ERROR", "insufficient_system_resource, PROVIDER_OVERLOADED",
            "network_error, PROVIDER_ERROR", "timeout, PROVIDER_TIMEOUT", "error, PROVIDER_ERROR",
            "load, PROVIDER_TRUNCATED", "OTHER, PROVIDER_TRUNCATED", "unheard_of, PROVIDER_TRUNCATED" })
    void a_reason_that_is_no_good_one_fails_and_keeps_what_came(String reason, FailureCode code) {
        fake.then(events(delta("\"reasoning\":\"Hm.\""), delta("\"content\":\"The three steps are: first\""), finish(reason),
                DONE), whole("{\"content\":\"a\"}", reason));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("The three steps are: first");
        assertThat(reply.blocks()).contains(new Content.Thinking("openai", "Hm.", null));
        assertThat(reply.failure().code()).isEqualTo(code);
        assertThat(reply.failure().retryable()).isTrue();
        assertThat(reply().failure().code()).isEqualTo(code);
    }

    @Test
    void the_last_reason_counts() {
        fake.then(events(delta("\"content\":\"a\""), finish("stop"), finish("abort"), DONE),
                events(delta("\"content\":\"a\""), finish("unheard_of"), finish("stop"), DONE));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_ERROR);
        assertThat(reply().finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @CsvSource({ "length, stop, LENGTH", "max_tokens, end_turn, LENGTH", "content_filter, stop, CONTENT_FILTER",
            "SAFETY, STOP, CONTENT_FILTER", "length, tool_calls, LENGTH", "refusal, stop, REFUSAL",
            "length, content_filter, CONTENT_FILTER", "stop, length, LENGTH" })
    void a_reason_that_the_reply_is_cut_stays_although_a_better_one_follows(String first, String next, FinishReason reason) {
        fake.then(events(delta("\"content\":\"a\""), finish(first), finish(next), DONE));
        assertThat(reply().finished().reason()).isEqualTo(reason);
    }

    @Test
    void a_reason_that_the_reply_failed_stays_although_a_better_one_follows() {
        fake.then(events(delta("\"content\":\"a\""), finish("abort"), finish("stop"), DONE));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_ERROR);
    }

    @Test
    void content_after_a_reason_shows_that_the_reply_was_not_cut() {
        String early = "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}";
        fake.then(events(early, delta("\"content\":\"b\""), finish("stop"), DONE),
                events(early, "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}", DONE));
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.text()).isEqualTo("ab");
            assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        }
    }

    @ParameterizedTest
    @CsvSource({ "model_length, LENGTH", "MAX_TOKENS, LENGTH", "SAFETY, CONTENT_FILTER", "eos, STOP", "COMPLETE, STOP" })
    void other_spellings_of_a_reason_mean_the_same(String raw, FinishReason reason) {
        fake.then(events(delta("\"content\":\"a\""), finish(raw), DONE));
        Reply reply = reply();
        assertThat(reply.finished().reason()).isEqualTo(reason);
        assertThat(reply.finished().rawReason()).isEqualTo(raw);
    }

    @ParameterizedTest
    @ValueSource(strings = { "delta", "message" })
    void content_is_read_in_parts_and_in_either_member(String member) {
        String choice = "{\"choices\":[{\"" + member + "\":{%s},\"finish_reason\":null}]}";
        fake.then(events(
                choice.formatted("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]}]"),
                choice.formatted(
                        "\"content\":[{\"type\":\"text\",\"text\":\"Fo\"},{\"type\":\"output_text\",\"text\":\"u\"},\"r\"]"),
                choice.formatted("\"content\":\".\""), finish("stop"), DONE));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.thinking()).isEqualTo("Hm.");
        assertThat(reply.blocks()).containsExactly(new Content.Thinking("openai", "Hm.", null));
    }

    @Test
    void a_whole_answer_is_read_in_parts_too() {
        fake.then(whole("{\"content\":[{\"type\":\"reasoning\",\"text\":\"Hm.\"},{\"type\":\"text\",\"text\":\"Four.\"}]}",
                "stop"));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.thinking()).isEqualTo("Hm.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "content":{"type":"text","text":"Four."}
            "content":[{"text":"Four."}]
            "content":[{"type":"text","text":{"value":"Four.","annotations":[]}}]
            "content":[{"type":"text","content":"Four."}]
            "content":[{"type":"text","text":"","content":"Four."}]
            "content":[{"type":"text","text":null,"value":"Four."}]
            "content":"Four.","error_code":0,"extra":{"a":1}
            """)
    void text_is_found_in_other_shapes(String delta) {
        fake.then(events(delta(delta), finish("stop"), DONE));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void text_beside_a_choice_is_that_of_the_older_api() {
        fake.then(events("{\"choices\":[{\"text\":\"Fo\",\"finish_reason\":null}]}",
                "{\"choices\":[{\"text\":\"ur.\",\"finish_reason\":\"stop\"}]}", DONE));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void a_message_that_repeats_all_deltas_is_not_said_twice() {
        fake.then(events(delta("\"content\":\"Four.\""),
                "{\"choices\":[{\"message\":{\"content\":\"Four.\"},\"finish_reason\":\"stop\"}]}", DONE),
                events("{\"choices\":[{\"delta\":{\"content\":\"Fo\"},\"message\":{\"content\":\"Fo\"}}]}",
                        "{\"choices\":[{\"delta\":{\"content\":\"ur.\"},\"message\":{\"content\":\"Four.\"}}]}",
                        finish("stop")));
        assertThat(reply().text()).isEqualTo("Four.");
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "content":42
            "content":[true]
            "content":[{"type":"markdown","text":"Four."}]
            "content":[{"type":"tool_use","name":"f","input":{}}]
            "content":[{"type":"text","txt":"Four."}]
            "content":[{"type":"text","text":42}]
            "tool_calls":"[{\"name\":\"f\"}]"
            "content":[{"type":"video","url":"x"}]
            "text":"Four."
            "audio":{"data":"UklGRg=="}
            "reasoning":"Hm.","answer":"Four."
            "tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":"x"}}]
            """)
    void content_that_is_not_understood_is_no_success(String delta) {
        fake.then(events(delta(delta), finish("stop"), DONE));
        Reply reply = reply();
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        assertThat(reply.failure().retryable()).isTrue();
    }

    @Test
    void an_unknown_part_beside_text_is_kept_as_it_is() {
        fake.then(events(delta("\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"reference\",\"ids\":[1, 2]}]"),
                finish("stop"), DONE));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("a");
        assertThat(reply.blocks()).singleElement().isInstanceOf(Content.Opaque.class);
    }

    @Test
    void a_reply_that_was_cut_while_the_model_thought_is_no_failure() {
        fake.then(
                events(delta("\"reasoning_content\":\"Hm\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm\"}]"),
                        finish("length"), DONE));
        Reply reply = reply();
        assertThat(reply.thinking()).isEqualTo("Hm");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "reasoning":"Hm","channel":"analysis"
            "reasoning":"Hm","reasoning_channel":"analysis"
            "reasoning_text":"Hm","messageChannel":"commentary","content_type":"thoughts"
            "thinking":"Hm","trace":{"step":"plan"}
            "reasoning_content":"Hm","note":"first"
            """)
    void a_label_beside_reasoning_that_was_cut_is_no_failure(String delta) {
        fake.then(events(delta(delta), finish("length"), DONE));
        Reply reply = reply();
        assertThat(reply.thinking()).isEqualTo("Hm");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"analysis\":\"Hm\"", "\"analysis\":[{\"text\":\"Hm\"}]", "\"answer\":{\"text\":\"Four.\"}" })
    void a_reply_that_was_cut_without_anything_understood_is_no_success(String delta) {
        fake.then(events(delta(delta), finish("length"), DONE));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void reasoning_text_is_reasoning() {
        fake.then(events(delta("\"reasoning_text\":\"Hm.\""), delta("\"reasoning_text\":\"\",\"content\":\"Four.\""),
                finish("stop"), DONE), whole("{\"content\":\"Four.\",\"reasoning_text\":\"Hm.\"}", "stop"));
        for (Reply reply : List.of(reply(), reply())) {
            assertThat(reply.thinking()).isEqualTo("Hm.");
            assertThat(reply.text()).isEqualTo("Four.");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "content":"I look.","calls":[{"name":"f","arguments":"{}"}]        | tool_calls
            "calls":[{"name":"f","arguments":"{}"}]                            | tool_calls
            "content":"I look.","action":{"tool":"f","input":{}}               | function_call
            "reasoning":"Hm.","channel":"commentary","command":"{\"q\":1}"   | tool_calls
            "content":"I look.","toolCalls":[{"name":"f","arguments":"{}"}]    | stop
            "content":"I look.","tool_use":{"name":"f","input":{}}             | stop
            "content":"I look.","tool_calls":[{}]                              | tool_calls
            """)
    void a_call_in_a_member_that_is_not_known_is_not_lost_in_silence(String delta, String reason) {
        fake.then(events(delta(delta), finish(reason), DONE), whole("{" + delta + "}", reason));
        for (int i = 0; i < 2; i++) {
            assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        }
    }

    @Test
    void a_text_without_calls_is_whole_although_its_reason_speaks_of_calls() {
        fake.then(events(delta("\"content\":\"Four.\",\"channel_name\":\"final\""), finish("tool_calls"), DONE));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void a_message_after_deltas_adds_only_what_was_in_none_of_them() {
        String call = "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"q\\\":1}\"}}]";
        String last = "{\"choices\":[{\"message\":{%s},\"finish_reason\":\"stop\"}]}";
        fake.then(events(delta(call), last.formatted(call), DONE),
                events(delta("\"reasoning\":\"Hm.\""), last.formatted("\"reasoning\":\"Hm.\",\"content\":\"Four.\""), DONE),
                events("{\"choices\":[{\"delta\":{},\"message\":{\"content\":\"Four.\"},\"finish_reason\":\"stop\"}]}", DONE),
                events("{\"choices\":[{\"delta\":{},\"message\":{\"content\":\"Fo\"}}]}",
                        "{\"choices\":[{\"delta\":{},\"message\":{\"content\":\"Four.\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(reply().toolCalls()).hasSize(1);
        Reply thought = reply();
        assertThat(thought.thinking()).isEqualTo("Hm.");
        assertThat(thought.text()).isEqualTo("Four.");
        assertThat(reply().text()).isEqualTo("Four.");
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @ParameterizedTest
    @ValueSource(strings = { "data: %s\ndata: %s\ndata: [DONE]\n\n", "data: %s\ndata: %s\ndata: [DONE]\n", "data: %s\ndata: %s",
            "data: %s\n\ndata: %s\ndata: [DONE]\n\n" })
    void events_need_no_empty_line_between_them(String stream) {
        fake.then(FakeReply.stream().bytes(stream.formatted(delta("\"content\":\"Four.\""), finish("stop"))
                .getBytes(StandardCharsets.UTF_8)).end());
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"logprobs\":{\"content\":[{\"logprob\":-Infinity}]},", "\"timings\":{\"per_second\":NaN},",
            "\"note\":\"a\tb\"," })
    void what_is_no_json_only_in_what_does_not_matter_fails_no_reply(String member) {
        fake.then(
                events("{" + member + delta("\"content\":\"Four.\"").substring(1), "{" + member + finish("stop").substring(1)),
                FakeReply.status(200).body(
                        "{" + member + "\"choices\":[{\"message\":{\"content\":\"Four.\"},\"finish_reason\":\"stop\"}]}"));
        assertThat(reply().text()).isEqualTo("Four.");
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void arguments_that_are_no_json_stay_none() {
        fake.then(events(delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\","
                + "\"arguments\":\"{\\\"q\\\":NaN}\"}}]"), finish("tool_calls"), DONE));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void the_only_choice_may_have_any_number() {
        fake.then(events("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"Fo\"}}]}",
                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"ur.\"},\"finish_reason\":\"stop\"}]}", DONE));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"x_groq":{"id":"r","error":"over capacity"}}                         | PROVIDER_ERROR
            {"choices":[{"delta":{"content":"b"},"finish_reason":"stop","error":{"code":429,"message":"slow down"}}]}                         | PROVIDER_RATE_LIMITED
            {"choices":[{"delta":{"content":"b"},"error":{"code":502,"message":"upstream"}}]}                                                | PROVIDER_ERROR
            """)
    void an_error_within_a_choice_is_one(String chunk, FailureCode code) {
        fake.then(events(delta("\"content\":\"a\""), chunk, finish("stop"), DONE));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("ab");
        assertThat(reply.failure().code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = { "DONE", "[done]", "\"[DONE]\"", "<DONE>" })
    void the_mark_of_the_end_may_be_written_otherwise(String mark) {
        fake.then(events(delta("\"content\":\"a\""), finish("stop"), mark), events(delta("\"content\":\"a\""), mark));
        assertThat(reply().text()).isEqualTo("a");
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({ "201, ", "203, identity", "200, utf-8", "200, none" })
    void an_answer_is_a_success_with_any_such_head(int status, String encoding) {
        FakeReply reply = FakeReply.status(status).header("content-type", "text/event-stream");
        if (encoding != null) {
            reply.header("content-encoding", encoding);
        }
        fake.then(reply.bytes(data(delta("\"content\":\"Four.\""))).bytes(data(finish("stop"))).bytes(data(DONE)).end());
        assertThat(reply().text()).isEqualTo("Four.");
    }

    @Test
    void an_empty_reply_is_an_empty_reply() {
        fake.then(events(delta("\"role\":\"assistant\",\"content\":\"\",\"annotations\":[]"), finish("stop"), DONE));
        assertThat(reply().finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @Test
    void a_function_call_of_the_older_api_is_a_tool_call() {
        fake.then(events(delta("\"function_call\":{\"name\":\"look\",\"arguments\":\"\"}"),
                delta("\"function_call\":{\"arguments\":\"{\\\"q\\\"\"}"), delta("\"function_call\":{\"arguments\":\":1}\"}"),
                finish("function_call"), DONE),
                whole("{\"content\":null,\"function_call\":{\"name\":\"look\",\"arguments\":\"{\\\"q\\\":1}\"}}",
                        "function_call"));
        for (Reply reply : List.of(reply(), reply())) {
            assertThat(reply.finished().reason()).isEqualTo(FinishReason.TOOL_CALLS);
            assertThat(calls(reply)).singleElement().asString().endsWith(" look {\"q\":1}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "function_call", "tool_calls" })
    void a_call_that_did_not_come_is_no_success(String reason) {
        fake.then(events(delta("\"content\":null"), finish(reason), DONE));
        assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"index":0,"id":"a","function":{"name":"f","arguments":"{}"}} ; {"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}
            {"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}
            {"id":"a","function":{"name":"f","arguments":"{"}} ; {"function":{"arguments":"}"}} ; {"id":"b","function":{"name":"f","arguments":"{"}} ; {"function":{"arguments":"}"}}
            {"index":0,"id":"a","function":{"name":"f","arguments":"{"}} ; {"index":0,"id":"b","function":{"name":"f","arguments":"{"}} ; {"index":0,"id":"a","function":{"arguments":"}"}} ; {"index":0,"id":"b","function":{"arguments":"}"}}
            {"id":"a","function":{"name":"f","arguments":"{"}},{"id":"b","function":{"name":"f","arguments":"{"}} ; {"function":{"arguments":"}"}},{"function":{"arguments":"}"}}
            {"index":0,"id":"a","function":{"name":"f","arguments":{}}} ; {"index":1,"id":"b","function":{"name":"f","arguments":{}}}
            {"index":1,"id":"b","function":{"name":"f","arguments":""}} ; {"index":0,"id":"a","function":{"name":"f","arguments":""}}
            {"index":0,"id":"a","function":{"name":"f","arguments":"{"}} ; {"index":0,"id":"x1","function":{"name":null,"arguments":"}"}} ; {"index":0,"id":"b","function":{"name":"f","arguments":"null"}}
            {"index":0,"id":"a","name":"f","arguments":"{}"} ; {"index":1,"id":"b","name":"f","arguments":"\\"{}\\""}
            {"index":0,"id":"a","function":{"name":"f","arguments":{}}} ; {"index":0,"function":{"arguments":"{}"}} ; {"index":0,"id":"b","function":{"name":"f"}}
            """)
    void parallel_calls_are_told_apart_however_they_are_numbered(String deltas) {
        FakeReply reply = FakeReply.stream();
        Stream.of(deltas.split(" ; ")).forEach(calls -> reply.bytes(data(delta("\"tool_calls\":[" + calls + "]"))));
        fake.then(reply.bytes(data(finish("tool_calls"))).bytes(data(DONE)).end());
        assertThat(calls(reply())).containsExactly("a f {}", "b f {}");
    }

    @Test
    void calls_without_ids_and_numbers_are_told_apart_by_their_tools_and_get_ids() {
        fake.then(events(delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"),
                delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                        + "{\"index\":0,\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]"),
                finish("stop")), whole("{\"tool_calls\":{\"function\":{\"name\":\"f\",\"arguments\":\"\"}}}", "stop"));
        Reply reply = reply();
        assertThat(reply.toolCalls()).extracting(Content.ToolCall::name).containsExactly("f", "f", "g");
        assertThat(reply.toolCalls()).extracting(Content.ToolCall::id).doesNotHaveDuplicates();
        assertThat(reply().toolCalls()).extracting(Content.ToolCall::name).containsExactly("f");
    }

    @Test
    void a_server_that_repeats_name_and_id_with_each_piece_makes_one_call() {
        fake.then(events(delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]"),
                delta("\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}]"),
                finish("tool_calls")),
                events(delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]"),
                        delta("\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"}\"}}]"),
                        finish("tool_calls")));
        assertThat(reply().toolCalls()).hasSize(1);
        assertThat(reply().toolCalls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "event: ping\ndata: still here\n\n", "data: ping\n\n", "event: keepalive\ndata: ok\n\n",
            "data: null\n\n", ": comment\n\n", "data: [\"ping\"]\n\n", "data: Keep-Alive\n\n" })
    void a_heartbeat_need_not_be_json(String heartbeat) {
        fake.then(FakeReply.stream().bytes(heartbeat.getBytes(StandardCharsets.UTF_8)).bytes(data(delta("\"content\":\"a\"")))
                .bytes(heartbeat.getBytes(StandardCharsets.UTF_8)).bytes(data(finish("stop"))).end());
        assertThat(reply().text()).isEqualTo("a");
    }

    @Test
    void an_error_event_need_not_be_json_either() {
        fake.then(FakeReply.stream().bytes("event: error\ndata: rate_limit, try again in 7 seconds\n\n"
                .getBytes(StandardCharsets.UTF_8)).end());
        assertThat(reply().failure().retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":420,"completion_tokens_details":{"reasoning_tokens":300}} | 100 | 0  | 320 | 300
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":420}                                                      | 100 | 0  | 320 | 300
            {"prompt_tokens":100,"completion_tokens":20,"completion_tokens_details":{"reasoning_tokens":300}}                    | 100 | 0  | 320 | 300
            {"prompt_tokens":100,"completion_tokens":320,"total_tokens":420,"completion_tokens_details":{"reasoning_tokens":300}}| 100 | 0  | 320 | 300
            {"prompt_tokens":100,"total_tokens":120}                                                                             | 100 | 0  | 20  | 0
            {"prompt_tokens":100,"completion_tokens":0,"total_tokens":120}                                                       | 100 | 0  | 20  | 0
            {"input_tokens":100,"total_tokens":120}                                                                              | 100 | 0  | 20  | 0
            {"prompt_tokens":100,"total_tokens":420,"completion_tokens_details":{"reasoning_tokens":300}}                        | 100 | 0  | 320 | 300
            {"prompt_tokens":40,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":80}}                                 | 120 | 80 | 0   | 0
            {"prompt_tokens":40,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":60}}          | 100 | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":0}                                                        | 100 | 0  | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":1e30}                                                     | 100 | 0  | 20  | 0
            {"input_tokens":100,"output_tokens":20,"input_tokens_details":{"cached_tokens":60}}                                  | 100 | 60 | 20  | 0
            {"promptTokens":100,"completionTokens":20,"totalTokens":120}                                                         | 100 | 0  | 20  | 0
            """)
    void usage_is_read_whatever_it_leaves_out(String usage, long input, long cached, long output, long reasoning) {
        fake.then(events(delta("\"content\":\"a\""), finish("stop"), "{\"choices\":[],\"usage\":" + usage + "}", DONE));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(input, cached, 0, output, reasoning, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"completion_tokens_details":{"reasoning_tokens":30}}                                             | 100 | 0  | 0  | 20  | 20
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":150,"completion_tokens_details":{"reasoning_tokens":30}}                                             | 100 | 0  | 0  | 50  | 30
            {"input_tokens":100,"output_tokens":20,"total_tokens":120,"output_tokens_details":{"reasoning_tokens":21}}                                                      | 100 | 0  | 0  | 20  | 20
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":10,"cache_write_tokens":60}}                            | 100 | 10 | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":0,"cache_creation_input_tokens":60}}                                       | 100 | 0  | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cache_creation":{"ephemeral_5m_input_tokens":40,"ephemeral_1h_input_tokens":20}}}         | 100 | 0  | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"prompt_tokens_details":{"cache_creation":60}}                                                                      | 100 | 0  | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"cache_creation_input_tokens":60,"cache_read_input_tokens":10}                                   | 100 | 10 | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":10,"cache_creation_tokens":60},"cache_creation_input_tokens":60} | 100 | 10 | 60 | 20 | 0
            {"prompt_tokens":30,"completion_tokens":20,"total_tokens":120,"cache_creation_input_tokens":60,"cache_read_input_tokens":10}                                    | 100 | 10 | 60 | 20  | 0
            {"prompt_tokens":40,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":60}}                              | 100 | 0  | 60 | 20  | 0
            {"prompt_tokens":40,"completion_tokens":20,"total_tokens":420,"prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":300}}| 100 | 60 | 0  | 320 | 300
            {"input_tokens":30,"output_tokens":20,"cache_creation_input_tokens":60,"cache_read_input_tokens":10}                                                            | 100 | 10 | 60 | 20  | 0
            {"prompt_tokens":30,"completion_tokens":20,"total_tokens":50,"cache_creation_input_tokens":60,"cache_read_input_tokens":10}                                     | 100 | 10 | 60 | 20  | 0
            {"prompt_tokens":100,"completion_tokens":20,"cache_creation_input_tokens":60,"cache_read_input_tokens":10}                                                      | 100 | 10 | 60 | 20  | 0
            """)
    void what_a_cache_gave_and_took_and_reasoning_are_counted_once(String usage, long input, long cached, long written,
            long output, long reasoning) {
        fake.then(events(delta("\"content\":\"a\""), finish("stop"), "{\"choices\":[],\"usage\":" + usage + "}", DONE));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(input, cached, written, output, reasoning, false));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"choices\":[{\"delta\":{},\"usage\":%s}]}", "{\"choices\":[],\"x_groq\":{\"usage\":%s}}",
            "{\"choices\":[{\"delta\":{\"content\":\"b\"},\"usage\":%s}]}",
            "{\"choices\":[{\"delta\":{\"content\":\"b\"}}],\"x_groq\":{\"usage\":%s}}", "{\"usage\":%s}" })
    void usage_is_found_wherever_it_stands(String chunk) {
        fake.then(events(delta("\"content\":\"a\""),
                chunk.formatted("{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}"), finish("stop"),
                DONE));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(100, 0, 0, 20, 0, false));
    }

    @Test
    void a_later_zero_replaces_no_number_and_zeros_alone_are_no_report() {
        String usage = "{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}";
        fake.then(events(delta("\"content\":\"a\""), finish("stop"), usage.formatted(100, 20, 120), usage.formatted(0, 0, 0),
                DONE), events(delta("\"content\":\"a\""), finish("stop"), usage.formatted(0, 0, 0), DONE),
                events(delta("\"content\":\"a\""), finish("stop"), usage.formatted(-1, -1, -1), DONE),
                events(delta("\"content\":\"a\""), finish("stop"), "{\"choices\":[],\"usage\":{}}", DONE));
        assertThat(reply().finished().usage()).isEqualTo(new Usage(100, 0, 0, 20, 0, false));
        for (int i = 0; i < 3; i++) {
            assertThat(reply().finished().usage()).isNull();
        }
    }

    private static Reply reply() {
        return Reply.of(read(parts));
    }

    private static ReplyRecorder read(ProviderParts by) {
        return by.stream(OpenAiChatProvider.PROTOCOL, fake.openAiUrl(), Calls.hello()).record();
    }

    private static List<String> calls(Reply reply) {
        return reply.toolCalls().stream().map(call -> call.id() + " " + call.name() + " " + call.arguments().text()).toList();
    }

    private static String delta(String members) {
        return "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{" + members + "},\"finish_reason\":null}]}";
    }

    private static String finish(String reason) {
        return "{\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static FakeReply whole(String message, String reason) {
        return FakeReply.status(200).body("{\"id\":\"c1\",\"choices\":[{\"index\":0,\"message\":" + message
                + ",\"finish_reason\":\"" + reason + "\"}]}");
    }

    private static FakeReply events(String... events) {
        FakeReply reply = FakeReply.stream();
        List.of(events).forEach(event -> reply.bytes(data(event)));
        return reply.end();
    }

    private static byte[] data(String event) {
        return ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

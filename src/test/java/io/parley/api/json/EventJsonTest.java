package io.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.conversation.Content;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ImageSource;
import io.parley.conversation.MessageId;
import io.parley.conversation.Problem;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.TurnEvent;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EventJsonTest {
    private static final SessionId SESSION = new SessionId("a.b");

    @Test
    void the_events_of_a_whole_turn_are_written_as_the_contract_says() {
        assertWritten(new TurnEvent.Opened(new TurnId("t1"), SESSION, new MessageId(1), "gpt"), "turn",
                "{'turn':'t1','session':'a.b','userMessage':'m1','model':'gpt'}");
        assertWritten(new TurnEvent.ContextChosen("token-budget", 14, 1834, 22, 9120, "gpt-5", List.of()), "context",
                "{'policy':'token-budget','sent':{'messages':14,'tokens':1834},'omitted':{'messages':22,'tokens':9120},"
                        + "'model':'gpt-5'}");
        assertWritten(new TurnEvent.ContextChosen("full", 1, 2, 0, 0, null, List.of()), "context",
                "{'policy':'full','sent':{'messages':1,'tokens':2},'omitted':{'messages':0,'tokens':0}}");
        assertWritten(new TurnEvent.ContextChosen("full", 1, 2, 0, 0, null, List.of(new MessageId(7))), "context",
                "{'policy':'full','sent':{'messages':1,'tokens':2},'omitted':{'messages':0,'tokens':0},'adaptations':[{"
                        + "'message':'m7','kind':'picture-refused','reason':'A line of text stands for a picture of this "
                        + "message, because the provider refused the request with pictures.'}]}");
        assertWritten(new TurnEvent.Delta("Hel"), "delta", "{'text':'Hel'}");
        assertWritten(new TurnEvent.Thinking("hm"), "delta", "{'thinking':'hm'}");
        assertWritten(new TurnEvent.Reset("He"), "reset", "{'text':'He'}");
        assertWritten(
                new TurnEvent.Done(TurnState.COMPLETED, new MessageId(2), FinishReason.TOOL_CALLS,
                        new Usage(10, 4, 2, 5, 1, false), new Cost(new BigDecimal("0.001834"), "USD")),
                "done", "{'state':'completed','message':'m2','finishReason':'tool-calls','usage':{'inputTokens':10,"
                        + "'cachedTokens':4,'cacheWriteTokens':2,'outputTokens':5,'reasoningTokens':1,'estimated':false},"
                        + "'cost':{'amount':'0.001834','currency':'USD'}}");
    }

    @Test
    void a_cost_is_a_plain_decimal_number() {
        assertThat(data(new TurnEvent.Done(TurnState.CANCELLED, null, FinishReason.CANCELLED, null,
                new Cost(new BigDecimal("1E-7"), "USD")))).contains("\"amount\":\"0.0000001\"")
                .contains("\"usage\":null");
    }

    @Test
    void a_failed_turn_says_why_and_whether_its_text_is_saved() {
        Problem problem = new Problem(FailureCode.PROVIDER_RATE_LIMITED, "Busy.", true, Duration.ofMillis(1_500));
        String start = "{'state':'failed','problem':{'type':'https://parley.dev/problems/provider-rate-limited',"
                + "'title':'Provider rate limited','status':503,'code':'provider-rate-limited','detail':'Busy.',"
                + "'retryable':true,'retryAfter':2},'message':null,'usage':null,'cost':null";

        assertWritten(new TurnEvent.Failed(TurnState.FAILED, problem, null, null, null, true), "failed", start + "}");
        assertWritten(new TurnEvent.Failed(TurnState.FAILED, problem, null, null, null, false), "failed",
                start + ",'saved':false}");
    }

    /** Some clients end a line at U+0085, U+2028 and U+2029, although only CR and LF end a line of an event stream. */
    @Test
    void text_is_one_line_also_to_a_client_that_splits_otherwise() throws IOException {
        String text = "a\u2028b\u2029c\u0085d\u000be\u000cf\u001cg\u001dh\u001ei\r\nj \ud83d\ude00\u2028";
        RawJson raw = new RawJson("{\"a\":\"" + "x\u2028y\u2029z\u0085" + "\"}");
        for (TurnEvent event : List.of(new TurnEvent.Delta(text), new TurnEvent.Thinking(text), new TurnEvent.Reset(text),
                new TurnEvent.Block(new Content.ToolCall("c1", text, raw)), new TurnEvent.Block(new Content.Opaque("p", raw)),
                new TurnEvent.Block(new Content.Text(text)),
                new TurnEvent.Failed(TurnState.FAILED, new Problem(FailureCode.PROVIDER_ERROR, text, true, null), null, null,
                        null, true))) {
            String written = data(event);
            assertThat(written).as("%s", event).doesNotContainPattern("[\\x0a-\\x0d\\x1c-\\x1e\\u0085\\u2028\\u2029]");
            assertThat(new ObjectMapper().readTree(written).toString()).contains("\u2028", "\u2029", "\u0085");
        }
        assertThat(new ObjectMapper().readTree(data(new TurnEvent.Delta(text))).get("text").asText()).isEqualTo(text);
    }

    @Test
    void a_block_is_written_on_one_line_whatever_its_own_layout() {
        RawJson arguments = new RawJson("{\r\n  \"a\": \"x\\ny\"\n}");

        assertThat(data(new TurnEvent.Block(new Content.ToolCall("c", "f", arguments))))
                .isEqualTo(
                        "{\"block\":{\"type\":\"tool-call\",\"id\":\"c\",\"name\":\"f\",\"arguments\":{    \"a\": \"x\\ny\" }}}");
    }

    @Test
    void a_stored_image_says_where_it_is() {
        assertThat(data(new TurnEvent.Block(new Content.Image(
                new ImageSource.Stored("ab", "image/png", 5, 1, 2)))))
                .contains("\"url\":\"/api/v1/sessions/a.b/images/ab\"");
    }

    @Test
    void reasoning_is_told_from_the_reply() {
        assertThat(EventJson.isThinking(new TurnEvent.Thinking("x"))).isTrue();
        assertThat(EventJson.isThinking(new TurnEvent.Block(new Content.Thinking("p", "x", null)))).isTrue();
        assertThat(EventJson.isThinking(new TurnEvent.Block(new Content.Opaque("p", RawJson.EMPTY_OBJECT)))).isFalse();
        assertThat(EventJson.isThinking(new TurnEvent.Delta("x"))).isFalse();
    }

    @Test
    void a_reconnect_says_where_to_go_on() {
        assertThat(EventJson.reconnect("/x/events", 57)).isEqualTo("{\"events\":\"/x/events\",\"after\":57}");
    }

    @Property(tries = 500)
    void text_never_leaves_its_line(@ForAll String text) throws Exception {
        String data = data(new TurnEvent.Delta(text));

        assertThat(data).doesNotContain("\n", "\r");
        assertThat(new ObjectMapper().readTree(data).get("text").asText()).isEqualTo(text);
    }

    @Test
    void a_character_is_whole_on_the_wire_and_half_a_one_a_question_mark() {
        assertThat(data(new TurnEvent.Delta("\uD83D\uDE42 \"ä\"\n"))).isEqualTo("{\"text\":\"\uD83D\uDE42 \\\"ä\\\"\\n\"}");
        assertThat(data(new TurnEvent.Reset("a\uD83D b\uDE42"))).isEqualTo("{\"text\":\"a? b?\"}");
        assertThat(data(new TurnEvent.Thinking("\uD83D"))).isEqualTo("{\"thinking\":\"?\"}");
    }

    private static void assertWritten(TurnEvent event, String name, String data) {
        assertThat(EventJson.name(event)).isEqualTo(name);
        assertThat(data(event)).isEqualTo(data.replace('\'', '"'));
    }

    private static String data(TurnEvent event) {
        Buffer written = Buffer.buffer();
        EventJson.write(written, event, SESSION);
        return written.toString();
    }
}

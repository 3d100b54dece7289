package io.parley.store;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.context.ContextState;
import io.parley.context.ContextState.Cut;
import io.parley.context.ContextState.Limit;
import io.parley.context.Segment;
import io.parley.context.Segment.Kind;
import io.parley.context.SentPrefix;
import io.parley.conversation.Content;
import io.parley.conversation.ContextReport;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.IfRunning;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Problem;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.ToolDefinition;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What version 1 of the stored format holds is read for ever. These files are never changed. */
class StoredFormatTest {
    private static final SessionSettings SETTINGS = new SessionSettings("Tea", "gpt-5", List.of("a"), "Be kind.",
            List.of("likes tea"), List.of(new ContextSpec("token-budget", Map.of("maxTokens", 8000, "trimTo", 0.5, "by", "x"))),
            new Generation(5, 0.25, List.of("\n"), List.of(new ToolDefinition("t", "d", new RawJson("{ \"a\" : 1.0 }")))),
            IfRunning.WAIT, OnDisconnect.CANCEL, OnCrash.RESTART, Duration.ofDays(90), new RawJson("{\"b\":1, \"a\":2}"));

    private static String fixture(String name) throws IOException {
        try (InputStream in = StoredFormatTest.class.getResourceAsStream("/store/v1/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        }
    }

    @Test
    void settings_are_read_and_what_is_unknown_survives_a_rewrite() throws IOException {
        assertThat(SettingsCodec.decode(Json.read(fixture("settings.json")))).isEqualTo(SETTINGS);
        assertThat(Json.write(SettingsCodec.encode(SETTINGS, Json.read(fixture("settings.json")))))
                .isEqualTo(fixture("settings.json"));
    }

    @Test
    void an_assistants_message_is_read() throws IOException {
        Message message = MessageCodec.decode(2, fixture("assistant.txt"), true);
        MessageMeta meta = new MessageMeta(new MessageId(2), new TurnId("t1"), MessageStatus.CANCELLED,
                new TokenCount(7, "o200k_base"), Instant.ofEpochMilli(1763700000000L), Instant.ofEpochMilli(1763700001000L), 2,
                true);
        assertThat(message).isEqualTo(new Message.Assistant(meta, List.of(new Content.Text("Grüße \uD83D\uDE00 \uD800"),
                new Content.Refusal("no"), new Content.Thinking("anthropic", "hm", "s=="),
                new Content.ToolCall("c1", "add", new RawJson("{ \"a\": 1.0 }")),
                new Content.Opaque("anthropic", new RawJson("{\"x\":  1}")),
                new Content.Opaque(ContentCodec.LATER, new RawJson("{\"type\":\"hologram\",\"depth\":3}"))), "gpt-5",
                FinishReason.TOOL_CALLS));
    }

    @Test
    void what_is_unknown_in_a_message_survives_an_edit() throws IOException {
        List<Content> content = MessageCodec.decode(2, fixture("assistant.txt"), false).content();
        NewMessage replacement = new NewMessage(Role.ASSISTANT, content, new TokenCount(7, "o200k_base"));
        String edited = MessageCodec.encodeEdited(fixture("assistant.txt"), replacement, Instant.ofEpochMilli(1763700001000L));
        assertThat("1|1|" + edited).isEqualTo(fixture("assistant.txt").replace("|A|2|", "|A|3|"));
    }

    @Test
    void user_and_tool_messages_are_read() throws IOException {
        assertThat(MessageCodec.decode(1, fixture("user.txt"), false)).isInstanceOf(Message.User.class);
        assertThat(MessageCodec.decode(1, fixture("user.txt"), false).content())
                .containsExactly(new Content.Image(new ImageSource.Url("https://example.org/a.png")),
                        new Content.Text("what?"));
        assertThat(MessageCodec.decode(3, fixture("tool.txt"), false).content()).containsExactly(new Content.ToolResult("c1",
                List.of(new Content.Text("3"), new Content.Image(new ImageSource.Stored("abc", "image/png", 9, 2, 1))), true));
    }

    @Test
    void a_turn_is_read_and_its_later_lines_win() throws IOException {
        SessionId session = new SessionId("a.b");
        assertThat(TurnCodec.decode(session, new TurnId("t1"), fixture("turn.txt"))).isEqualTo(new Turn(new TurnId("t1"),
                session,
                TurnState.FAILED, 7, new MessageId(1), new MessageId(2), true, "gpt-5-mini", FinishReason.STOP,
                new Usage(10, 4, 2, 3, 1, true), new Cost(new BigDecimal("0.001834"), "USD"),
                new Problem(FailureCode.PROVIDER_RATE_LIMITED, "Wait.", true, Duration.ofSeconds(3)), OnDisconnect.CONTINUE,
                OnCrash.RESTART, new RawJson("{\"k\": 1}"), Instant.ofEpochMilli(1763700000000L),
                Instant.ofEpochMilli(1763700001000L), null));
    }

    @Test
    void the_state_of_a_context_is_read_and_written_alike() throws IOException {
        ContextState state = new ContextState(new Cut(3, 5, 9, true), 2, 450.5, 3, "p1", "gpt-5",
                Instant.ofEpochMilli(1763700000000L), new Limit(4000, Instant.ofEpochMilli(1763786400000L)), "8:1-2,5-6",
                new SentPrefix(List.of(new Segment(Kind.TOOLS, "1x", 30), new Segment(Kind.SYSTEM, "2y", 9),
                        new Segment(Kind.FACTS, "3z", 4), new Segment(Kind.SUMMARY, "4w", 60),
                        new Segment(Kind.MESSAGES, "8.5v", 70), new Segment(Kind.MESSAGE, "9.2.1", 12))));
        assertThat(StoredContextCodec.state(fixture("context.json"))).isEqualTo(state);
        assertThat(StoredContextCodec.encode(state)).isEqualTo(fixture("context.json"));
    }

    @Test
    void a_summary_is_read_and_written_alike() throws IOException {
        Summary summary = new Summary(new MessageId(1), new MessageId(2), "Ada likes tea.", new TokenCount(5, "o200k_base"),
                "gpt-5-mini", "abc", new Usage(10, 4, 2, 3, 1, false), new Cost(new BigDecimal("0.001834"), "USD"),
                Instant.ofEpochMilli(1763700000000L));
        assertThat(SummaryCodec.decode(fixture("summary.json"))).isEqualTo(summary);
        assertThat(SummaryCodec.encode(summary)).isEqualTo(fixture("summary.json"));
        for (String broken : List.of("{}", "[]", "{\"text\":\"\",\"through\":2}", "{\"text\":\"secret\"}")) {
            assertThatThrownBy(() -> SummaryCodec.decode(broken)).isInstanceOf(CorruptRecord.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void what_was_sent_for_a_turn_is_read_and_written_alike() throws IOException {
        ContextReport report = new ContextReport("summarise+retrieve", 14, 1834, 22, 9120, 10954, 1500, "idle", "message m5",
                true, List.of());
        assertThat(ContextReportCodec.decode(Json.read(fixture("turn-context.json")))).isEqualTo(report);
        assertThat(Json.write(ContextReportCodec.encode(report))).isEqualTo(fixture("turn-context.json"));
        ContextReport refused = new ContextReport("full", 3, 20, 0, 0, 20, 0, null, null, false,
                List.of(new MessageId(1), new MessageId(40)));
        assertThat(ContextReportCodec.decode(ContextReportCodec.encode(refused))).isEqualTo(refused);
    }

    @Test
    void events_are_read_and_unknown_ones_left_out() throws IOException {
        assertThat(EventCodec.decode(fixture("events.json"), 0)).extracting(NumberedEvent::id).containsExactly(1L, 2L, 3L, 4L,
                5L, 6L, 8L, 9L);
        assertThat(EventCodec.decode(fixture("events.json"), 8)).containsExactly(new NumberedEvent(9, new TurnEvent.Failed(
                TurnState.INTERRUPTED, new Problem(FailureCode.INTERRUPTED, "It died.", false, null), null, null, null,
                false)));
        for (NumberedEvent event : EventCodec.decode(fixture("events.json"), 0)) {
            assertThat(fixture("events.json")).contains(EventCodec.encode(event));
        }
    }

    @Test
    void pieces_that_stand_together_are_read_and_written() throws IOException {
        List<NumberedEvent> events = EventCodec.decode(fixture("events-in-runs.json"), 0);
        assertThat(events.subList(1, events.size())).containsExactly(new NumberedEvent(2, new TurnEvent.Thinking("h")),
                new NumberedEvent(3, new TurnEvent.Thinking("m")), new NumberedEvent(4, new TurnEvent.Delta("a")),
                new NumberedEvent(9, new TurnEvent.Delta("b")), new NumberedEvent(10, new TurnEvent.Delta("")),
                new NumberedEvent(11, new TurnEvent.Delta("\"]}")), new NumberedEvent(12, new TurnEvent.Reset("r")));
        assertThat(EventCodec.decode(fixture("events-in-runs.json"), 9)).extracting(NumberedEvent::id).containsExactly(10L, 11L,
                12L);
        assertThat(LogEntries.of(events, 8192)).containsExactly("1", "12", fixture("events-in-runs.json"));
    }

    @Property
    void a_piece_is_written_as_any_json_and_read_as_it_was(@ForAll @Size(max = 6) List<Integer> units, @ForAll long id) {
        String text = units.stream().map(unit -> Character.toString((char) (int) unit)).collect(joining());
        for (String kind : List.of("delta", "thinking", "reset")) {
            TurnEvent event = switch (kind) {
                case "delta" -> new TurnEvent.Delta(text);
                case "thinking" -> new TurnEvent.Thinking(text);
                default -> new TurnEvent.Reset(text);
            };
            String stored = EventCodec.encode(new NumberedEvent(id, event));
            assertThat(stored).isEqualTo(Json.write(Json.object().put("id", id).put("t", kind).put("text", text)));
            assertThat(EventCodec.decode("[" + stored + "]", Long.MIN_VALUE)).allSatisfy(
                    read -> assertThat(read).isEqualTo(new NumberedEvent(id, event)));
        }
    }

    @Test
    void what_cannot_be_read_is_said_to_be_corrupt_without_quoting_it() {
        for (String value : List.of("", "secret", "1|0|Q|1|1|e|{}", "1|0|U|x|1|e|{}", "1|0|U|1|1|e|{\"secret",
                "1|0|U|1|1|e|[]")) {
            assertThatThrownBy(() -> MessageCodec.decode(1, value, false)).isInstanceOf(CorruptRecord.class)
                    .hasMessageNotContaining("secret");
        }
    }
}

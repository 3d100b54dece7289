package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A finish reason that is not the last one ends no reply. */
class RepliesThatGoOnTest {
    private static final String[] OPENAI = {
            "{\"choices\":[{\"delta\":{\"content\":\"One.\"},\"finish_reason\":\"stop\"}]}",
            "{\"choices\":[{\"delta\":{\"content\":\" Two.\"},\"finish_reason\":\"stop\"}]}",
            "{\"choices\":[{\"delta\":{\"content\":\" Three.\"},\"finish_reason\":\"stop\"}]}", "[DONE]" };
    /** Thinking has an early reason, and later pieces have none. */
    private static final String[] THINKING = {
            "{\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\"},\"finish_reason\":\"stop\"}]}",
            "{\"choices\":[{\"delta\":{\"content\":\"One. Two.\"},\"finish_reason\":null}]}",
            "{\"choices\":[{\"delta\":{\"content\":\" Three.\"},\"finish_reason\":null}]}", "[DONE]" };
    /** A reason stands before the first content. */
    private static final String[] EARLY = {
            "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"stop\"}]}",
            "{\"choices\":[{\"delta\":{\"content\":\"One. Two.\"},\"finish_reason\":null}]}",
            "{\"choices\":[{\"delta\":{\"content\":\" Three.\"},\"finish_reason\":\"stop\"}]}", "[DONE]" };
    private static final String[] ANTHROPIC = { """
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"One."}}
            {"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", """
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" Two."}}
            {"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", """
            {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" Three."}}
            {"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", "{\"type\":\"message_stop\"}" };
    private static FakeProvider fake;
    private static ProviderParts hasty;

    @BeforeAll
    static void start() {
        fake = FakeProvider.start();
        hasty = ProviderParts.start(Map.of("parley.upstream.after-finish", "PT0.05S"));
    }

    @AfterAll
    static void stop() {
        hasty.close();
        fake.close();
    }

    @BeforeEach
    void forget() {
        fake.reset();
    }

    static Stream<Server> servers() {
        return Stream.of(new Server("openai", OPENAI), new Server("openai", THINKING), new Server("openai", EARLY),
                new Server("anthropic", ANTHROPIC));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void a_pause_ends_no_reply_that_went_on_after_a_reason(Server server) {
        Gate gate = new Gate();
        fake.then(server.then(server.then(FakeReply.stream(), 0, 2).waitFor(gate), 2, 4).end());
        ReplyRecorder reading = server.read(hasty);
        gate.awaitReached();
        await().during(Duration.ofMillis(200)).until(() -> !reading.hasCompleted());
        gate.open();
        Reply reply = Reply.of(reading);
        assertThat(reply.text()).isEqualTo("One. Two. Three.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void the_end_of_the_body_ends_it_too(Server server) {
        fake.then(server.then(FakeReply.stream(), 0, 3).end());
        assertThat(Reply.of(server.read(hasty)).text()).isEqualTo("One. Two. Three.");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void a_reply_that_went_on_and_then_breaks_off_or_falls_silent_is_not_whole(Server server) {
        Gate gate = new Gate();
        fake.then(server.then(FakeReply.stream(), 0, 2).waitFor(gate).reset(), server.then(FakeReply.stream(), 0, 2).hang());
        ReplyRecorder reading = server.read(hasty);
        await().until(() -> reading.events().stream().anyMatch(RepliesThatGoOnTest::isTwo));
        gate.open();
        Reply cut = Reply.of(reading);
        assertThat(cut.text()).isEqualTo("One. Two.");
        assertThat(cut.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
        try (ProviderParts impatient = ProviderParts.start(
                Map.of("parley.upstream.after-finish", "PT0.05S", "parley.upstream.between-contents", "PT0.3S"))) {
            Reply silent = Reply.of(server.read(impatient));
            assertThat(silent.text()).isEqualTo("One. Two.");
            assertThat(silent.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void half_an_event_at_the_end_of_the_body_is_half_a_reply(Server server) {
        byte[] next = data(server.items()[2].lines().findFirst().orElseThrow());
        fake.then(server.then(FakeReply.stream(), 0, 2).bytes(Arrays.copyOf(next, next.length / 2)).end());
        Reply reply = Reply.of(server.read(hasty));
        assertThat(reply.text()).isEqualTo("One. Two.");
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void half_of_the_second_event_is_half_a_reply_too(Server server) {
        String next = "data: " + server.items()[1].lines().findFirst().orElseThrow();
        byte[] half = next.substring(0, next.indexOf("Two") + 2).getBytes(StandardCharsets.UTF_8);
        fake.then(server.then(FakeReply.stream(), 0, 1).bytes(half).end());
        assertThat(Reply.of(server.read(hasty)).failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"choices\":[{\"delta\":{\"content\":\" Tw", "{\"choices\":[{\"delta\":{\"con",
            "{\"choices\":[{\"index\":0,\"del", "{\"choices\":[{\"message\":{\"content\":\" Tw",
            "{\"choices\":[{\"text\":\" Tw", "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\"",
            "{\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{\"role\":\"assistant\",\"content\":\" Two.\"}",
            "{\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm" })
    void half_an_event_with_content_after_the_first_reason_is_half_a_reply(String half) {
        Server server = new Server("openai", OPENAI);
        byte[] bytes = ("data: " + half).getBytes(StandardCharsets.UTF_8);
        fake.then(server.then(FakeReply.stream(), 0, 1).bytes(bytes).end(),
                server.then(FakeReply.stream(), 0, 1).bytes(bytes).hang());
        for (int i = 0; i < 2; i++) {
            Reply reply = Reply.of(server.read(hasty));
            assertThat(reply.text()).isEqualTo("One.");
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "[DO", "{", "{\"id\":\"c1\",\"obj", "{\"choices\":[],\"usage\":{\"prompt_tok",
            "{\"choices\":[{\"delta\":{},\"finish_reason\":\"st", "{\"usage\":{\"completion_tokens_details\":{\"text_tok",
            "{\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"st",
            "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null},\"fin", "{\"type\":\"ping" })
    void half_an_event_without_content_after_the_reason_takes_nothing_from_the_reply(String half) {
        Server server = new Server("openai", OPENAI);
        fake.then(server.then(FakeReply.stream(), 0, 1).bytes(("data: " + half).getBytes(StandardCharsets.UTF_8)).end());
        Reply reply = Reply.of(server.read(hasty));
        assertThat(reply.text()).isEqualTo("One.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"role\":\"assistant\",\"content\":\"\"", "\"reasoning\":\"Hm.\"" })
    void a_reason_before_the_answer_ends_no_stream_that_falls_silent(String delta) {
        fake.then(FakeReply.stream()
                .bytes(data("{\"choices\":[{\"delta\":{" + delta + "},\"finish_reason\":\"stop\"}]}")).hang());
        try (ProviderParts impatient = ProviderParts.start(Map.of("parley.upstream.after-finish", "PT0.05S",
                "parley.upstream.first-content", "PT0.3S", "parley.upstream.between-contents", "PT0.3S"))) {
            Reply reply = Reply.of(new Server("openai", OPENAI).read(impatient));
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        }
    }

    @Test
    void a_call_without_text_needs_no_end_of_the_stream() {
        fake.then(FakeReply.stream().bytes(data("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}")).hang());
        assertThat(Reply.of(new Server("openai", OPENAI).read(hasty)).toolCalls()).hasSize(1);
    }

    private static boolean isTwo(ReplyEvent event) {
        return event instanceof ReplyEvent.Text piece && piece.text().endsWith("Two.");
    }

    private static byte[] data(String event) {
        return ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A protocol, and the items that a server of it sends, one at a time. */
    record Server(String protocol, String[] items) {

        FakeReply then(FakeReply reply, int from, int to) {
            for (int item = from; item < to; item++) {
                items[item].lines().forEach(event -> reply.bytes(data(event)));
            }
            return reply;
        }

        ReplyRecorder read(ProviderParts by) {
            URI url = protocol.equals("openai") ? fake.openAiUrl() : fake.anthropicUrl();
            return by.stream(protocol, url, Calls.hello()).record();
        }
    }
}

package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ToolDefinition;
import io.parley.conversation.Usage;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every {@link ChatProvider} promises. A provider's own test extends it and says which one it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ChatProviderContract {
    /** Short enough to wait for, long enough not to be met by chance. */
    private static final Map<String, String> IMPATIENT = Map.of("parley.upstream.first-content", "PT0.3S",
            "parley.upstream.between-contents", "PT0.3S");

    protected final FakeProvider fake = FakeProvider.start();
    private final LogNoise noise = new LogNoise();
    private boolean changed;
    private ProviderParts parts = ProviderParts.start(Map.of());

    /** The protocol under test. */
    protected abstract String protocol();

    /** Where it finds the fake. */
    protected abstract URI baseUrl();

    /** The body of {@link #richCall} to the last byte. */
    protected abstract String goldenRequest();

    /** The headers in which this protocol carries the key and whatever else it wants. */
    protected abstract Map<String, String> expectedHeaders();

    @BeforeEach
    void forget() {
        fake.reset();
        noise.listen();
    }

    @AfterEach
    void takeTheDefaultsAgain() {
        noise.mustBeSilent();
        if (changed) {
            with(Map.of());
            changed = false;
        }
    }

    @AfterAll
    void stop() {
        parts.close();
        fake.close();
    }

    @Test
    void streams_a_reply_with_usage_and_the_reason_of_its_end() {
        fake.then(FakeReply.saying("Hel", "lo 🙂").usage(100, 60, 7));
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.text()).isEqualTo("Hello 🙂");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(reply.finished().usage()).isEqualTo(new Usage(100, 60, 0, 7, 0, false));
        assertThat(reply.finished().responseId()).endsWith("fake");
    }

    @Test
    void gives_tool_calls_byte_for_byte() {
        fake.then(FakeReply.stream().text("Wait.").toolCall("c1", "look", "{ \"q\" : \"ü\" }").toolCall("c2", "now", "")
                .finish("tool_calls"));
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(reply.toolCalls()).containsExactly(
                new Content.ToolCall("c1", "look", new RawJson("{ \"q\" : \"ü\" }")),
                new Content.ToolCall("c2", "now", RawJson.EMPTY_OBJECT));
    }

    @Test
    void leaves_out_a_tool_call_that_the_token_limit_has_cut() {
        fake.then(FakeReply.stream().text("a").toolCall("c1", "look", "{\"q\":\"x").finish("length"));
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(reply.toolCalls()).isEmpty();
    }

    @Test
    void fails_on_arguments_that_are_no_json() {
        fake.then(FakeReply.stream().toolCall("c1", "look", "{\"q\":").finish("tool_calls"));
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void renders_a_call_to_exactly_these_bytes() {
        Reply.of(stream(richCall()));
        assertThat(fake.calls().getFirst().body()).isEqualTo(goldenRequest());
        assertThat(fake.calls().getFirst().headers()).containsAllEntriesOf(expectedHeaders())
                .containsEntry("content-type", "application/json")
                .containsEntry("accept", "text/event-stream")
                .containsEntry("content-length",
                        Integer.toString(goldenRequest().getBytes(StandardCharsets.UTF_8).length))
                .doesNotContainKeys("transfer-encoding", "accept-encoding");
    }

    @Test
    void renders_the_same_call_to_the_same_bytes() {
        Reply.of(stream(richCall()));
        Reply.of(stream(richCall()));
        assertThat(fake.calls().get(1).body()).isEqualTo(fake.calls().get(0).body());
    }

    @Test
    void keeps_a_connection_for_the_next_call() {
        Reply.of(stream(Calls.hello()));
        Reply.of(stream(Calls.hello()));
        assertThat(fake.connections()).isLessThanOrEqualTo(1);
    }

    @Test
    void closes_the_connection_when_cancelled_within_the_reply() {
        fake.then(FakeReply.stream().text("Hel").hang());
        ReplyRecorder subscriber = subscribe(Calls.hello());
        Awaitility.await().until(() -> subscriber.events().contains(new ReplyEvent.Text("Hel")));
        subscriber.cancel();
        fake.awaitAborted(1);
        assertThat(subscriber.failure()).isNull();
    }

    @Test
    void closes_the_connection_when_cancelled_before_the_head() {
        fake.then(FakeReply.silence());
        ReplyRecorder subscriber = subscribe(Calls.hello());
        fake.awaitCalls(1);
        subscriber.cancel();
        fake.awaitAborted(1);
    }

    @Test
    void a_provider_without_an_answer_is_late() {
        with(IMPATIENT);
        fake.then(FakeReply.silence());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        fake.awaitAborted(1);
    }

    @Test
    void pings_and_empty_pieces_are_no_content() {
        with(IMPATIENT);
        fake.then(FakeReply.stream().ping().text("").ping().hang());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    }

    @Test
    void silence_between_contents_is_late_and_keeps_what_came() {
        with(Map.of("parley.upstream.between-contents", "PT0.3S"));
        fake.then(FakeReply.stream().text("Hel").hang());
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.text()).isEqualTo("Hel");
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        fake.awaitAborted(1);
    }

    @Test
    void an_attempt_ends_at_its_limit_however_lively_it_is() {
        with(Map.of("parley.upstream.attempt", "PT0.3S"));
        fake.then(FakeReply.stream().text("Hel").hang());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    }

    @Test
    void a_cut_connection_is_a_truncated_reply() {
        Gate gate = new Gate();
        fake.then(FakeReply.stream().text("Hel").waitFor(gate).reset());
        ReplyRecorder subscriber = subscribe(Calls.hello());
        Awaitility.await().until(() -> subscriber.events().contains(new ReplyEvent.Text("Hel")));
        gate.open();
        Reply reply = Reply.of(subscriber);
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
        assertThat(reply.text()).isEqualTo("Hel");
    }

    @Test
    void half_a_character_and_the_end_is_a_truncated_reply() {
        fake.then(FakeReply.stream().text("Hel").halfOf("lo 🙂").end());
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
        assertThat(reply.text()).isEqualTo("Hel");
    }

    @Test
    void a_clean_end_without_a_reason_is_a_truncated_reply() {
        fake.then(FakeReply.stream().text("Hel").end());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @Test
    void nobody_listening_is_unreachable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Reply reply = Reply.of(parts.stream(protocol(), URI.create("http://127.0.0.1:" + free), Calls.hello()));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_UNREACHABLE);
        assertThat(reply.failure().retryable()).isTrue();
    }

    @Test
    void follows_no_redirect() {
        fake.then(FakeReply.status(302).header("location", fake.openAiUrl() + "/elsewhere").end());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        assertThat(fake.calls()).hasSize(1);
    }

    @Test
    void a_web_page_is_no_answer() {
        fake.then(FakeReply.status(200).header("content-type", "text/html").body("<html>secret text</html>"));
        assertThat(Reply.of(stream(Calls.hello())).failure().detail()).isEqualTo(ErrorClass.NOT_THE_API.sentence());
    }

    @Test
    void an_encoded_answer_is_refused() {
        fake.then(FakeReply.stream().header("content-encoding", "gzip").text("x").finish());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void an_event_that_is_no_json_fails() {
        fake.then(FakeReply.stream().text("Hel").bytes("data: {\"broken\n\n".getBytes(StandardCharsets.UTF_8)).hang());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        fake.awaitAborted(1);
    }

    @Test
    void an_endless_line_fails() {
        with(Map.of("parley.upstream.max-event-bytes", "10000"));
        fake.then(FakeReply.stream().bytes("x".repeat(20_000).getBytes(StandardCharsets.UTF_8)).hang());
        assertThat(Reply.of(stream(Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void a_huge_error_is_judged_by_its_beginning() {
        fake.then(FakeReply.status(429).header("retry-after", "3").bytes(new byte[100_000]).hang());
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
        assertThat(reply.failure().retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void a_reply_ends_where_it_is_as_long_as_it_may_be() {
        with(Map.of("parley.limits.reply", "10"));
        fake.then(FakeReply.stream().text("1234567").text("8🙂🙂").text("more").hang());
        Reply reply = Reply.of(stream(Calls.hello()));
        assertThat(reply.text()).isEqualTo("12345678");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.LENGTH);
        assertThat(reply.finished().usage()).as("the provider counts at the end of its own reply").isNull();
        fake.awaitAborted(1);
    }

    @Test
    void no_failure_holds_the_key_or_the_providers_text() {
        for (int status : List.of(400, 401, 403, 404, 413, 429, 500, 503)) {
            fake.then(FakeReply.status(status).body("{\"error\":{\"message\":\"secret text " + ProviderParts.KEY + "\"}}"));
            Throwable failure = Reply.of(stream(Calls.hello())).failure();
            assertThat(failure.toString()).doesNotContain("secret", ProviderParts.KEY);
            assertThat(failure.getCause()).isNull();
        }
        fake.then(FakeReply.stream().text("x").error("overloaded_error"));
        assertThat(Reply.of(stream(Calls.hello())).failure().toString()).doesNotContain("secret");
        assertThat(ProviderParts.endpoint(protocol(), baseUrl(), Map.of()).toString()).doesNotContain(ProviderParts.KEY);
    }

    @Test
    void speaks_on_the_callers_context() {
        Context context = parts.vertx.getOrCreateContext();
        ContextRecorder heard = new ContextRecorder();
        context.runOnContext(_ -> heard.listenTo(stream(Calls.hello())));
        assertThat(heard.contexts()).containsExactly(context);
    }

    @Test
    void says_nothing_more_once_its_listener_has_left() {
        fake.then(FakeReply.saying("a", "b", "c"));
        ReplyRecorder all = new ReplyRecorder();
        CompletableFuture<Cancellable> call = new CompletableFuture<>();
        ReplyListener leaving = new ReplyListener() {
            @Override
            public void onEvent(ReplyEvent event) {
                all.onEvent(event);
                call.join().cancel();
            }

            @Override
            public void onCompletion() {
                all.onCompletion();
            }

            @Override
            public void onFailure(Throwable failure) {
                all.onFailure(failure);
            }
        };
        parts.vertx.getOrCreateContext().runOnContext(_ -> call.complete(stream(Calls.hello()).begin(leaving)));
        Awaitility.await().until(() -> !all.events().isEmpty());
        Reply.of(stream(Calls.hello()));
        assertThat(all.events()).hasSize(1);
        assertThat(all.hasEnded()).isFalse();
    }

    private ReplySource stream(ChatCall call) {
        return parts.stream(protocol(), baseUrl(), call);
    }

    private ReplyRecorder subscribe(ChatCall call) {
        return stream(call).record();
    }

    private void with(Map<String, String> values) {
        changed = true;
        parts.close();
        parts = ProviderParts.start(values);
    }

    /** A call with one of everything. */
    protected static ChatCall richCall() {
        ToolDefinition look = new ToolDefinition("look", "Looks things up", new RawJson("{\"type\": \"object\"}"));
        return Calls.of("Be brief.", new Generation(500, 0.5, List.of("END"), List.of(look)),
                Calls.user(new Content.Text("Look at ü 🙂"), new Content.Image(new ImageSource.Inline("image/png", "iVBORw==")),
                        new Content.Image(new ImageSource.Url("https://example.org/a.png"))),
                Calls.assistant(new Content.Thinking("anthropic", "hm", "sig="),
                        new Content.Opaque("anthropic", new RawJson("{\"type\":\"redacted_thinking\", \"data\":\"x\"}")),
                        new Content.Thinking("openai", "hm", null), new Content.Text("I look."),
                        new Content.ToolCall("call:1", "look", new RawJson("{ \"q\" : 1.50 }")),
                        new Content.ToolCall("call_2", "look", RawJson.EMPTY_OBJECT)),
                Calls.tool(new Content.ToolResult("call:1", List.of(new Content.Text("found")), false),
                        new Content.ToolResult("call_2", List.of(new Content.Text("no net"),
                                new Content.Image(new ImageSource.Inline("image/jpeg", "/9j/"))), true)),
                Calls.user(new Content.Text("And?")),
                Calls.assistant(new Content.Refusal("I won't.")),
                Calls.assistant(new Content.Thinking("other", "gone", null)),
                Calls.user(new Content.Text("Why?"), new Content.Text("")));
    }
}

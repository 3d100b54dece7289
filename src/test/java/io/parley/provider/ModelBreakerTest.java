package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.testing.Configs;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.MovableClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model whose provider fails is left alone for a while, and then tried with one call. */
class ModelBreakerTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(15);
    private final FakeProvider fake = FakeProvider.start();
    private final MovableClock clock = new MovableClock();
    private ProviderParts parts = ProviderParts.start(config(0));
    private ModelCalls calls = calls(fake.openAiUrl());

    @AfterEach
    void stop() {
        parts.close();
        fake.close();
    }

    @Test
    void a_model_that_fails_too_often_is_not_called_any_more_and_says_for_how_long() {
        fake.always(FakeReply.status(503).body("{}"));
        fail(4);
        Failure open = refused();
        assertThat(open.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
        assertThat(open.retryable()).isTrue();
        assertThat(open.retryAfter()).isPositive().isLessThanOrEqualTo(OPEN_FOR);
        clock.pass(Duration.ofSeconds(10));
        assertThat(refused().retryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(fake.calls()).hasSize(4);
    }

    @Test
    void failures_are_too_many_only_from_a_share_of_all_calls_on() {
        fake.then(FakeReply.saying("a"), FakeReply.status(500).body(""), FakeReply.saying("b"), FakeReply.saying("c"),
                FakeReply.status(500).body(""));
        for (int i = 0; i < 5; i++) {
            Reply.of(reply(calls, Calls.hello()));
        }
        assertThat(Reply.of(reply(calls, Calls.hello())).text()).as("two of five").isEqualTo("Hello!");
    }

    @Test
    void what_failed_long_ago_does_not_count() {
        fake.always(FakeReply.status(503).body("{}"));
        fail(3);
        clock.pass(Duration.ofSeconds(40));
        fail(3);
        assertThat(fake.calls()).hasSize(6);
    }

    @Test
    void after_a_while_one_call_is_let_through_and_its_success_lets_all_through() {
        open();
        Gate gate = new Gate();
        fake.reset();
        fake.then(FakeReply.stream().waitFor(gate).text("Well").finish());
        clock.pass(OPEN_FOR);
        ReplyRecorder probe = subscribe();
        gate.awaitReached();
        assertThat(refused().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        gate.open();
        assertThat(Reply.of(probe).text()).isEqualTo("Well");
        assertThat(Reply.of(reply(calls, Calls.hello())).text()).isEqualTo("Hello!");
        assertThat(fake.calls()).hasSize(2);
    }

    @Test
    void a_probe_that_fails_opens_it_again() {
        open();
        clock.pass(OPEN_FOR);
        fail(1);
        assertThat(refused().retryAfter()).isGreaterThan(Duration.ofSeconds(10));
    }

    @Test
    void a_probe_that_is_cancelled_or_only_limited_leaves_the_trial_to_the_next_call() {
        open();
        fake.reset();
        fake.then(FakeReply.silence(), FakeReply.status(429).body("{}"), FakeReply.status(503).body("{}"));
        clock.pass(OPEN_FOR);
        ReplyRecorder probe = subscribe();
        fake.awaitCalls(1);
        probe.cancel();
        assertThat(Reply.of(reply(calls, Calls.hello())).failure().code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
        fail(1);
        assertThat(refused().code()).as("that was the trial").isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    }

    @Test
    void what_began_before_it_opened_does_not_count_as_the_trial() {
        Gate gate = new Gate();
        Gate trial = new Gate();
        fake.then(FakeReply.stream().waitFor(gate).text("Old").finish());
        ReplyRecorder old = subscribe();
        gate.awaitReached();
        open();
        clock.pass(OPEN_FOR);
        fake.then(FakeReply.stream().waitFor(trial).text("New").finish());
        ReplyRecorder probe = subscribe();
        trial.awaitReached();
        gate.open();
        assertThat(Reply.of(old).text()).isEqualTo("Old");
        assertThat(refused().code()).as("still on trial").isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
        trial.open();
        assertThat(Reply.of(probe).text()).isEqualTo("New");
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 413, 429 })
    void a_provider_that_refuses_is_well(int status) {
        fake.always(FakeReply.status(status).body("{}"));
        fail(8);
        assertThat(fake.calls()).hasSize(8);
    }

    @Test
    void a_reply_that_breaks_off_after_its_first_content_had_begun_well() {
        fake.always(FakeReply.stream().text("Hel").error("server_error"));
        fail(8);
        assertThat(fake.calls()).hasSize(8);
    }

    @Test
    void silence_nonsense_and_no_content_count_as_failures() {
        parts.close();
        parts = ProviderParts.start(config(0, "parley.upstream.first-content", "PT0.3S"));
        calls = calls(fake.openAiUrl());
        fake.then(FakeReply.silence(), FakeReply.status(200).header("content-type", "text/html").body("<html>"),
                FakeReply.stream().ping().end(), FakeReply.stream().error("overloaded_error"));
        fail(4);
        assertThat(refused().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    }

    @Test
    void so_does_a_provider_that_cannot_be_reached() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            calls = calls(URI.create("http://127.0.0.1:" + socket.getLocalPort()));
        }
        fail(4);
        assertThat(refused().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    }

    @Test
    void another_model_of_the_same_provider_is_called_as_before() {
        open();
        fake.reset();
        Model other = new Model("other", "fake", "other", "o200k_base", 1000, 100, null, null, 0, Calls.MODEL.abilities(),
                Counting.ESTIMATED);
        ChatCall call = new ChatCall(other, null, Calls.hello().messages(), Calls.hello().generation(),
                CacheHints.none("session-1"));
        assertThat(Reply.of(reply(calls, call)).text()).isEqualTo("Hello!");
    }

    @Test
    void an_attempt_is_not_repeated_once_it_is_open() {
        parts.close();
        parts = ProviderParts.start(config(9));
        calls = calls(fake.openAiUrl());
        fake.always(FakeReply.status(503).body("{}"));
        assertThat(refused().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
        assertThat(fake.calls()).hasSize(4);
    }

    private static Map<String, String> config(int retries, String... more) {
        Map<String, String> config = new HashMap<>(Map.of("parley.upstream.retries", Integer.toString(retries),
                "parley.upstream.breaker.minimum-calls", "4"));
        for (int i = 0; i < more.length; i += 2) {
            config.put(more[i], more[i + 1]);
        }
        return config;
    }

    private ModelCalls calls(URI url) {
        Map<String, String> config = Map.of("parley.providers.fake.protocol", "openai", "parley.providers.fake.base-url",
                url.toString());
        return new RetryingModelCalls(parts.providers, new Endpoints(Configs.of(ProvidersConfig.class, config).byName(),
                () -> URI.create("http://localhost")), parts.config, parts.vertx, _ -> 1, clock);
    }

    private void open() {
        fake.always(FakeReply.status(503).body("{}"));
        fail(4);
        assertThat(refused().code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(Reply.of(reply(calls, Calls.hello())).problem()).get().isInstanceOf(Failure.Provider.class);
        }
    }

    /** What a call fails with that is not even made. */
    private Failure refused() {
        Throwable problem = Reply.of(reply(calls, Calls.hello())).problem().orElseThrow();
        assertThat(problem).isInstanceOf(Failure.Unavailable.class);
        return (Failure) problem;
    }

    private static ReplySource reply(ModelCalls calls, ChatCall call) {
        return listener -> calls.stream(call, listener);
    }

    private ReplyRecorder subscribe() {
        return reply(calls, Calls.hello()).record();
    }
}

package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Usage;
import io.parley.testing.Configs;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.vertx.core.Context;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryingModelCallsTest {
    private final FakeProvider fake = FakeProvider.start();
    private final List<Duration> limits = new ArrayList<>();
    private ProviderParts parts = ProviderParts.start(Map.of());

    @AfterEach
    void stop() {
        parts.close();
        fake.close();
    }

    @Test
    void repeats_what_may_succeed_later() {
        fake.then(FakeReply.status(503).body("{}"), FakeReply.status(500).body(""), FakeReply.saying("Hi"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(fake.calls()).hasSize(3);
        assertThat(fake.calls().get(2).body()).isEqualTo(fake.calls().get(0).body());
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 409, 429, 500, 502, 503, 504, 529 })
    void repeats_twice_at_most_with_a_pause_of_its_own_where_none_is_asked_for(int status) {
        fake.always(FakeReply.status(status).body("{}"));
        assertThat(Reply.of(reply(calls(), call())).failure().retryable()).isTrue();
        assertThat(fake.calls()).hasSize(3);
        assertThat(limits).hasSize(2);
    }

    @Test
    void repeats_an_attempt_that_has_brought_no_content_in_time() {
        parts = restarted(Map.of("parley.upstream.first-content", "PT0.3S"));
        fake.then(FakeReply.silence(), FakeReply.stream().ping().hang(), FakeReply.saying("Hi"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        fake.awaitAborted(2);
    }

    @Test
    void gives_up_after_two_repetitions_with_pauses_that_may_double() {
        fake.always(FakeReply.status(503).body("{}"));
        assertThat(Reply.of(reply(calls(), call())).failure().code()).isEqualTo(FailureCode.PROVIDER_OVERLOADED);
        assertThat(fake.calls()).hasSize(3);
        assertThat(limits).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @Test
    void repeats_an_answer_that_broke_off_before_its_first_content() {
        fake.then(FakeReply.stream().ping().end(), FakeReply.stream().error("overloaded_error"), FakeReply.saying("Hi"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(fake.calls()).hasSize(3);
    }

    @Test
    void repeats_nothing_once_content_has_come() {
        fake.then(FakeReply.stream().text("Hel").error("overloaded_error"));
        Reply reply = Reply.of(reply(calls(), call()));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_OVERLOADED);
        assertThat(reply.text()).isEqualTo("Hel");
        assertThat(fake.calls()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "abort", "network_error", "unheard_of" })
    void repeats_a_reply_that_ended_for_no_good_reason_before_its_first_content(String reason) {
        fake.then(FakeReply.stream().finish(reason), FakeReply.saying("Hi"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(fake.calls()).hasSize(2);
    }

    @Test
    void pays_no_second_call_for_an_answer_that_came_and_is_not_understood() {
        for (FakeReply answer : List.of(FakeReply.stream().toolCall("c1", "look", "{\"q\":").finish("tool_calls"),
                FakeReply.stream().toolCall("c1", "look", "{\"q\":").finish("abort"),
                FakeReply.stream().toolCall("c1", "look", "{\"q\":").error("overloaded_error"),
                FakeReply.status(200).body("{\"choices\":[{\"message\":{\"content\":42},\"finish_reason\":\"stop\"}]}"),
                FakeReply.status(200).body("{\"choices\":[]}"), FakeReply.status(200).body("[1, 2]"),
                FakeReply.stream().bytes(bytes("data: {\"choices\":[{\"delta\":{\"answer\":\"x\"}}]}\n\n")).finish("stop"))) {
            fake.reset();
            fake.then(answer);
            Failure.Provider failure = Reply.of(reply(calls(), call())).failure();
            assertThat(failure.answered()).isTrue();
            assertThat(failure.retryable()).isTrue();
            assertThat(fake.calls()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "application/json", "text/plain", "application/octet-stream", "text/html",
            "application/x-ndjson", "text/event-stream" })
    void looks_at_the_first_bytes_of_an_answer_and_not_at_its_label(String label) {
        fake.then(FakeReply.stream().header("content-type", label).text("Hi").finish(),
                FakeReply.stream().header("content-type", label).ping().text("Hi").finish(),
                FakeReply.stream().header("content-type", label)
                        .body("\r\n  \uFEFF{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}"));
        for (int i = 0; i < 3; i++) {
            assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        }
        assertThat(fake.calls()).hasSize(3);
    }

    @Test
    void a_stream_may_have_one_value_on_each_line() {
        fake.then(FakeReply.stream().header("content-type", "application/x-ndjson")
                .body("{\"choices\":[{\"delta\":{\"content\":\"H\"}}]}\n\n{\"choices\":[{\"delta\":{\"content\":\"i\"}}]}\r\n"
                        + "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n[DONE]\n"),
                FakeReply.stream().body("{\"choices\":[{\"delta\":{\"content\":\"H\"}}]}\n{\"choices\":[{\"del"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        Reply broken = Reply.of(reply(calls(), call()));
        assertThat(broken.text()).isEqualTo("H");
        assertThat(broken.failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        assertThat(fake.calls()).hasSize(2);
    }

    @Test
    void json_that_is_whole_is_an_answer_though_its_connection_stays_open() {
        parts = restarted(Map.of("parley.upstream.first-content", "PT0.3S"));
        fake.then(FakeReply.status(200)
                .bytes(bytes("{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}")).hang());
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(fake.calls()).hasSize(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void waits_as_long_as_a_body_asks() {
        fake.then(FakeReply.status(429).body("{\"error\":{\"details\":[{\"retryDelay\":\"0.3s\"}]}}"),
                FakeReply.stream()
                        .bytes(bytes("data: {\"error\":{\"code\":429,\"message\":\"Please retry after 300 ms.\"}}\n\n")).end(),
                FakeReply.saying("Hi"));
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(limits).as("no pause of Parley's own").isEmpty();
    }

    @Test
    void passes_on_a_wait_of_a_body_that_is_too_long() {
        fake.then(FakeReply.status(429).body("{\"error\":{\"message\":\"Please wait 45 seconds\"}}"));
        Failure.Provider failure = Reply.of(reply(calls(), call())).failure();
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(45));
        assertThat(fake.calls()).hasSize(1);
    }

    @Test
    void repeats_no_refusal_of_key_money_request_or_length() {
        for (FakeReply refusal : List.of(FakeReply.status(401).body("{}"), FakeReply.status(402).body("{}"),
                FakeReply.status(400).body("{}"), FakeReply.status(403).body("{}"), FakeReply.status(404).body("{}"),
                FakeReply.status(400).body("{\"error\":{\"code\":\"context_length_exceeded\"}}"),
                FakeReply.status(429).body("{\"error\":{\"code\":\"insufficient_quota\"}}"))) {
            fake.reset();
            fake.then(refusal);
            assertThat(Reply.of(reply(calls(), call())).failure().retryable()).isFalse();
            assertThat(fake.calls()).hasSize(1);
        }
    }

    @Test
    void waits_as_long_as_the_provider_asks() {
        fake.then(FakeReply.status(429).header("retry-after-ms", "300").body("{}"), FakeReply.saying("Hi"));
        long start = System.nanoTime();
        assertThat(Reply.of(reply(calls(), call())).text()).isEqualTo("Hi");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        assertThat(limits).isEmpty();
    }

    @Test
    void passes_on_a_wait_that_is_too_long() {
        fake.then(FakeReply.status(429).header("retry-after", "31").body("{}"));
        Failure.Provider failure = Reply.of(reply(calls(), call())).failure();
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(31));
        assertThat(failure.retryable()).isTrue();
        assertThat(fake.calls()).hasSize(1);
    }

    @Test
    void all_attempts_together_end_in_time() {
        parts = restarted(Map.of("parley.upstream.total", "PT0.4S"));
        fake.always(FakeReply.silence());
        assertThat(Reply.of(reply(calls(), call())).failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        fake.awaitAborted(1);
    }

    @Test
    void usage_covers_the_attempts_that_failed() {
        fake.then(FakeReply.stream().thinking("").error("overloaded_error"), FakeReply.saying("Hi").usage(20, 0, 3));
        Reply reply = Reply.of(reply(calls("anthropic", fake.anthropicUrl()), call()));
        assertThat(reply.text()).isEqualTo("Hi");
        assertThat(reply.finished().usage()).isEqualTo(new Usage(30, 0, 0, 4, 0, false));
        assertThat(reply.used()).isEqualTo(reply.finished().usage());
    }

    @Test
    void refuses_more_calls_than_may_run_at_once() {
        parts = restarted(Map.of("parley.upstream.max-concurrent", "1"));
        ModelCalls calls = calls();
        Gate gate = new Gate();
        fake.then(FakeReply.stream().waitFor(gate).text("Hi").finish());
        ReplyRecorder first = reply(calls, call()).record();
        gate.awaitReached();
        Reply refused = Reply.of(reply(calls, call()));
        assertThat(refused.problem()).get().isInstanceOf(Failure.Unavailable.class);
        gate.open();
        assertThat(Reply.of(first).text()).isEqualTo("Hi");
        Awaitility.await().until(() -> Reply.of(reply(calls, call())).problem().isEmpty());
    }

    @Test
    void a_cancelled_pause_asks_no_more() {
        fake.always(FakeReply.status(503).header("retry-after", "5").body("{}"));
        ReplyRecorder subscriber = reply(calls(), call()).record();
        fake.awaitCalls(1);
        subscriber.cancel();
        Awaitility.await().during(Duration.ofMillis(200)).until(() -> fake.calls().size() == 1);
    }

    @Test
    void repetitions_speak_on_the_callers_context_too() {
        fake.then(FakeReply.status(503).body("{}"));
        Context context = parts.vertx.getOrCreateContext();
        ContextRecorder heard = new ContextRecorder();
        ModelCalls calls = calls();
        context.runOnContext(_ -> heard.listenTo(reply(calls, call())));
        assertThat(heard.contexts()).containsExactly(context);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"error\":{\"message\":\"secret\",\"code\":\"model_not_found\"}}", "no such page" })
    void a_model_that_the_provider_does_not_know_is_named(String body) {
        fake.always(FakeReply.status(404).body(body));
        assertThat(Reply.of(reply(calls(), call())).failure().detail())
                .contains("\"fake\"", "\"" + call().model().upstreamName()
                        + "\"")
                .doesNotContain("secret");
        assertThat(fake.calls()).hasSize(1);
    }

    @Test
    void where_nothing_is_configured_it_says_so() {
        ModelCalls none = calls(Map.of("parley.providers.fake.protocol", "openai", "parley.providers.fake.base-url",
                "https://api.openai.com/v1"));
        assertThat(Reply.of(reply(none, call())).failure().detail()).startsWith("No model is configured.");
    }

    @Test
    void a_provider_without_key_is_not_called() {
        ModelCalls calls = calls(Map.of("parley.providers.fake.protocol", "openai", "parley.providers.fake.base-url",
                "https://api.openai.com/v1"));
        assertThat(Reply.of(reply(calls, call())).failure().code()).isEqualTo(FailureCode.PROVIDER_AUTH);
    }

    @Test
    void refuses_to_start_with_an_unknown_protocol_or_quirk() {
        assertThatThrownBy(() -> calls("opnai", fake.openAiUrl())).isInstanceOf(CatalogueException.class)
                .hasMessage("parley.providers.fake.protocol: must be one of anthropic, openai");
        assertThatThrownBy(() -> calls(Map.of("parley.providers.fake.protocol", "anthropic",
                "parley.providers.fake.base-url", "http://localhost", "parley.providers.fake.quirks.atuh", "x")))
                .hasMessage("parley.providers.fake.quirks.atuh: is unknown; the known quirks are auth, version");
    }

    private ProviderParts restarted(Map<String, String> values) {
        parts.close();
        return ProviderParts.start(values);
    }

    private ModelCalls calls() {
        return calls("openai", fake.openAiUrl());
    }

    private ModelCalls calls(String protocol, URI url) {
        return calls(Map.of("parley.providers.fake.protocol", protocol, "parley.providers.fake.base-url", url.toString()));
    }

    private ModelCalls calls(Map<String, String> config) {
        Endpoints endpoints = new Endpoints(Configs.of(ProvidersConfig.class, new HashMap<>(config)).byName(),
                () -> URI.create("http://localhost"));
        return new RetryingModelCalls(parts.providers, endpoints, parts.config, parts.vertx, limit -> {
            limits.add(limit);
            return 1;
        }, ProviderParts.CLOCK);
    }

    private static ReplySource reply(ModelCalls calls, ChatCall call) {
        return listener -> calls.stream(call, listener);
    }

    private static ChatCall call() {
        return Calls.hello();
    }
}

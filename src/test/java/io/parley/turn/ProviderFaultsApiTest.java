package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.Backends;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeReply;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client gets when a provider fails, and what is kept. */
@QuarkusTest
@TestProfile(ProviderFaultsApiTest.Impatient.class)
class ProviderFaultsApiTest extends TurnApi {

    /** Providers that stay silent are soon given up; one cannot be reached, and the model of another reads little. */
    public static class Impatient implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Backends.class, Map.ofEntries(
                    Map.entry("parley.upstream.first-content", "3S"),
                    Map.entry("parley.upstream.between-contents", "3S"),
                    Map.entry("parley.providers.unreachable.protocol", "openai"),
                    Map.entry("parley.providers.unreachable.base-url", "http://127.0.0.1:1/v1"),
                    Map.entry("parley.providers.unreachable.models", "unreachable-model"),
                    Map.entry("parley.providers.nameless.protocol", "openai"),
                    Map.entry("parley.providers.nameless.base-url", "http://no-such-host.invalid/v1"),
                    Map.entry("parley.providers.nameless.models", "nameless-model"),
                    Map.entry("parley.providers.off.protocol", "openai"),
                    Map.entry("parley.providers.off.base-url", "http://127.0.0.1:1/v1"),
                    Map.entry("parley.providers.off.enabled", "false"),
                    Map.entry("parley.providers.off.models", "off-model"),
                    Map.entry("parley.providers.small.protocol", "openai"),
                    Map.entry("parley.providers.small.base-url", "${parley.providers.openai.base-url}"),
                    Map.entry("parley.providers.small.models", "small-model"),
                    Map.entry("parley.providers.small.context-window", "2000"),
                    Map.entry("parley.providers.small.output-limit", "500"))));
        }
    }

    @ParameterizedTest
    @CsvSource({ "unreachable-model", "nameless-model" })
    void a_provider_that_cannot_be_reached_is_a_bad_gateway_and_the_input_is_kept(String model) {
        session = client.createSession("{\"model\":\"" + model + "\"}");
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.at("/code")).isEqualTo("provider-unreachable");
        assertThat(failed.json().get("retryable").asBoolean()).isTrue();
        assertThat(history()).containsExactly("user: Hello");
        assertThat(rest(stream("Again"))).extracting(Event::name).containsExactly("turn", "context", "failed");
    }

    @Test
    void a_provider_that_stays_silent_before_its_head_or_after_it_is_a_gateway_timeout() {
        for (FakeReply silent : List.of(FakeReply.silence(), FakeReply.stream().hang(), FakeReply.stream().ping().hang())) {
            provider.then(silent);
            Answer failed = post(saying("Hello"));
            assertThat(failed.status()).isEqualTo(504);
            assertThat(failed.at("/code")).isEqualTo("provider-timeout");
        }
        provider.awaitAborted(3);
    }

    @Test
    void a_provider_that_stops_in_the_middle_is_given_up_and_what_it_said_is_kept_and_not_asked_for_again() {
        provider.then(FakeReply.stream().text("Half a ").text("reply").hang());
        List<Event> events = rest(stream("Hello"));
        JsonNode failed = events.getLast().json();
        assertThat(SseStream.text(events)).isEqualTo("Half a reply");
        assertThat(failed.at("/problem/code").asText()).isEqualTo("provider-timeout");
        assertThat(failed.at("/usage/estimated").asBoolean()).isTrue();
        assertThat(message(failed.get("message").asText()).at("/status")).isEqualTo("failed");
        assertThat(history()).containsExactly("user: Hello", "assistant: Half a reply");
        assertThat(provider.calls()).hasSize(1);
        provider.awaitAborted(1);
    }

    @ParameterizedTest
    @CsvSource({ "429, 503, provider-rate-limited", "500, 502, provider-error", "502, 502, provider-error",
            "503, 503, provider-overloaded", "529, 503, provider-overloaded", "401, 502, provider-auth",
            "403, 502, provider-permission", "404, 502, provider-model-not-found", "402, 502, provider-quota-exhausted",
            "302, 502, provider-protocol" })
    void a_status_of_the_provider_is_never_the_clients(int theirs, int ours, String code) {
        provider.then(FakeReply.status(theirs).header("retry-after", "41").header("location", "http://127.0.0.1:1/")
                .body("{\"error\":{\"message\":\"secret text sk-test\"}}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(ours);
        assertThat(failed.at("/code")).isEqualTo(code);
        assertThat(failed.body() + failed.headers().map()).doesNotContain("secret", "sk-test", "127.0.0.1:1/");
        assertThat(failed.headers().firstValue("Retry-After").isPresent()).isEqualTo(ours == 503 || theirs == 500
                || theirs == 502);
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void a_wait_that_the_provider_asks_for_and_that_is_too_long_is_passed_on() {
        provider.then(FakeReply.status(429).header("retry-after", "41").body("{}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.headers().firstValue("Retry-After")).hasValue("41");
        assertThat(failed.json().get("retryAfter").asInt()).isEqualTo(41);
    }

    @Test
    void what_the_providers_filter_refuses_is_a_bad_request_and_stays_in_history() {
        provider.then(FakeReply.status(400).body("{\"error\":{\"code\":\"content_filter\",\"message\":\"secret text\"}}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(400);
        assertThat(failed.at("/code")).isEqualTo("content-filtered");
        assertThat(failed.json().get("retryable").asBoolean()).isFalse();
        assertThat(turn(failed.at("/turn")).at("/problem/code")).isEqualTo("content-filtered");
        assertThat(history()).containsExactly("user: Hello");
    }

    @Test
    void a_web_page_in_the_place_of_an_answer_is_not_shown() {
        provider.then(FakeReply.status(200).header("content-type", "text/html").body("<html>secret text</html>"));
        Event failed = rest(stream("Hello")).getLast();
        assertThat(failed.json().at("/problem/code").asText()).isEqualTo("provider-protocol");
        assertThat(failed.data()).doesNotContain("secret", "<html>");
    }

    @Test
    void an_answer_that_unpacks_to_a_hundred_megabytes_is_refused_as_it_is() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
            byte[] event = ("data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(1 << 20) + "\"}}]}\n\n")
                    .getBytes(UTF_8);
            for (int i = 0; i < 100; i++) {
                packed.write(event);
            }
        }
        provider.then(FakeReply.stream().header("content-encoding", "gzip").bytes(bomb.toByteArray()).end());
        assertThat(post(saying("Hello")).at("/code")).isEqualTo("provider-protocol");
        assertThat(history()).containsExactly("user: Hello");
    }

    @Test
    void a_reply_of_ten_megabytes_ends_at_the_limit_and_is_kept_up_to_there() {
        String piece = "0123456789abcdef".repeat(4096);
        FakeReply endless = FakeReply.stream();
        for (int i = 0; i < 160; i++) {
            endless.text(piece);
        }
        provider.then(endless.finish());
        Answer turn = post(saying("Tell me everything"));
        assertThat(turn.status()).isEqualTo(201);
        assertThat(turn.at("/finishReason")).isEqualTo("length");
        assertThat(turn.at("/content/0/text")).hasSize(4_194_304).isEqualTo(piece.repeat(64));
        assertThat(turn.json().at("/usage/inputTokens").asInt()).isPositive();
    }

    @Test
    void twenty_thousand_tokens_at_once_arrive_whole_and_in_their_order() {
        FakeReply flood = FakeReply.stream();
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            String piece = Character.toString('a' + i % 26);
            said.append(piece);
            flood.text(piece);
        }
        provider.then(flood.finish());
        List<Event> events = rest(stream("Hello"));
        assertThat(SseStream.text(events)).isEqualTo(said.toString());
        assertThat(events).extracting(Event::number).isSorted().doesNotHaveDuplicates();
        assertThat(history().getLast()).isEqualTo("assistant: " + said);
    }

    @ParameterizedTest
    @CsvSource({ "'', provider-truncated", "abort, provider-error", "insufficient_system_resource, provider-overloaded",
            "unheard_of, provider-truncated" })
    void the_end_of_a_stream_without_a_reason_that_is_known_is_no_success_and_the_part_is_kept(String reason, String code) {
        FakeReply reply = FakeReply.stream().text("The three steps are: first");
        provider.then(reason.isEmpty() ? reply.bytes("data: [DONE]\n\n".getBytes(UTF_8)).end() : reply.finish(reason));
        Event failed = rest(stream("Hello")).getLast();
        assertThat(failed.name()).isEqualTo("failed");
        assertThat(failed.json().at("/problem/code").asText()).isEqualTo(code);
        assertThat(failed.json().at("/problem/retryable").asBoolean()).isTrue();
        assertThat(message(failed.json().get("message").asText()).at("/status")).isEqualTo("failed");
        assertThat(history()).containsExactly("user: Hello", "assistant: The three steps are: first");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void usage_of_zero_or_none_is_estimated_and_costs_something() {
        for (String usage : List.of("", "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}",
                "{\"prompt_tokens\":-1,\"completion_tokens\":-1}", "{}",
                "{\"prompt_tokens\":1e30,\"completion_tokens\":99999999999}")) {
            provider.then(FakeReply.stream().text("Good day")
                    .bytes(("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]"
                            + (usage.isEmpty() ? "" : ",\"usage\":" + usage) + "}\n\ndata: [DONE]\n\n").getBytes(UTF_8))
                    .end());
            JsonNode turn = post(saying("Hello")).json();
            assertThat(turn.at("/state").asText()).isEqualTo("completed");
            assertThat(turn.at("/usage/estimated").asBoolean()).isTrue();
            assertThat(turn.at("/usage/inputTokens").asLong()).isBetween(1L, 1_000L);
            assertThat(turn.at("/usage/outputTokens").asLong()).isBetween(1L, 100L);
            assertThat(turn.at("/cost/amount").asDouble()).isPositive();
        }
    }

    @Test
    void so_is_that_of_a_provider_that_counts_only_at_the_beginning_or_never() {
        session = client.createSession("{\"model\":\"claude-haiku-4-5\"}");
        String reply = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Good day to "
                + "you all\"}}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n";
        for (String start : List.of("", "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":15,"
                + "\"output_tokens\":1}}}\n\n")) {
            provider.then(FakeReply.stream().bytes((start + reply).getBytes(UTF_8)).end());
            JsonNode turn = post(saying("Hello")).json();
            assertThat(turn.at("/usage/estimated").asBoolean()).isTrue();
            assertThat(turn.at("/usage/inputTokens").asLong()).isPositive();
            assertThat(turn.at("/usage/outputTokens").asLong()).isBetween(4L, 50L);
            assertThat(turn.at("/cost/amount").asDouble()).isPositive();
        }
    }

    @Test
    void a_request_that_asks_for_more_tokens_than_a_minute_allows_is_cut_and_answered() {
        for (int i = 0; i < 3; i++) {
            assertThat(post(saying("word ".repeat(1_500))).status()).isEqualTo(201);
        }
        provider.reset();
        provider.then(
                FakeReply.status(413).body("{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Request too large for "
                        + "model m on tokens per minute (TPM): Limit 9000, Requested 12002, please reduce your message size\"}}"));
        assertThat(post(saying("And now?")).at("/state")).isEqualTo("completed");
        List<FakeCall> calls = provider.calls();
        assertThat(calls).hasSize(2);
        assertThat(calls.get(1).json().at("/messages").size()).isLessThan(calls.get(0).json().at("/messages").size());
    }
}

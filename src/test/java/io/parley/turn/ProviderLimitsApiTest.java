package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Backends;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeReply;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long a turn bears with its providers, and when they are not asked at all. A model a test: each has its own breaker. */
@QuarkusTest
@TestProfile(ProviderLimitsApiTest.Strict.class)
class ProviderLimitsApiTest extends TurnApi {

    /** Little time for a turn, a little less for one model, and breakers that open soon. */
    public static class Strict implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Backends.class, Map.of("parley.upstream.first-content", "1S",
                    "parley.turns.max-duration", "1.5S", "parley.upstream.breaker.minimum-calls", "3",
                    "parley.upstream.breaker.open-for", "120S")));
        }
    }

    @Test
    void the_time_of_a_turn_is_that_of_all_its_models_together() {
        session = client.createSession("{\"model\":\"gpt-4.1\",\"fallbacks\":[\"claude-haiku-4-5\"]}");
        provider.always(FakeReply.silence());
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(504);
        assertThat(failed.at("/code")).isEqualTo("turn-timeout");
        assertThat(provider.calls()).extracting(FakeCall::path).containsExactly("/v1/chat/completions", "/v1/messages");
        provider.awaitAborted(2);
        assertThat(history()).containsExactly("user: Hello");
    }

    @Test
    void a_model_that_fails_again_and_again_is_not_asked_any_more_and_the_client_is_told_when_to_come_back() {
        session = client.createSession("{\"model\":\"gpt-4o\"}");
        open();
        Answer refused = post(saying("Hello"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/code")).isEqualTo("provider-unavailable");
        assertThat(refused.json().get("retryable").asBoolean()).isTrue();
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 120);
        assertThat(refused.json().get("stored").asBoolean()).isTrue();
        assertThat(rest(stream("Hello"))).extracting(Event::name).containsExactly("turn", "context", "failed");
        assertThat(provider.calls()).isEmpty();

        provider.always(FakeReply.saying("Here."));
        session = client.createSession("{\"model\":\"gpt-4o-mini\"}");
        assertThat(post(saying("Hello")).status()).as("another model of the same provider").isEqualTo(201);
    }

    @Test
    void while_a_model_is_not_asked_the_sessions_next_one_is() {
        session = client.createSession("{\"model\":\"gpt-4.1-mini\"}");
        open();
        provider.always(FakeReply.saying("Here."));
        session = client.createSession("{\"model\":\"gpt-4.1-mini\",\"fallbacks\":[\"claude-sonnet-5\"]}");
        assertThat(post(saying("Hello")).at("/model")).isEqualTo("claude-sonnet-5");
        assertThat(provider.calls()).extracting(FakeCall::path).containsExactly("/v1/messages");
    }

    private void open() {
        provider.always(FakeReply.status(503).body("{}"));
        for (int i = 0; i < 3; i++) {
            assertThat(post(saying("Hello")).at("/code")).isEqualTo("provider-overloaded");
        }
        provider.reset();
    }
}

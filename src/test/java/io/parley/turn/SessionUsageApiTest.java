package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.math.BigDecimal;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What turns and sessions have used and cost. */
@QuarkusTest
@TestProfile(Quick.class)
class SessionUsageApiTest extends TurnApi {
    private static final String LONG = "the quick brown fox jumps over the lazy dog ".repeat(150);
    private static final List<String> TOKENS = List.of("inputTokens", "cachedTokens", "cacheWriteTokens", "outputTokens",
            "reasoningTokens");

    @CanIgnoreReturnValue
    private String said(int input, int cached, int output) {
        provider.then(FakeReply.stream().text("So.").usage(input, cached, output).finish());
        Answer turn = post(saying("What?"));
        assertThat(turn.status()).isEqualTo(201);
        return turn.at("/id");
    }

    private JsonNode usage(String query) {
        Answer answer = client.send("GET", "/sessions/" + session + "/usage" + query, null);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static long sum(JsonNode turns, String tokens) {
        return turns.valueStream().mapToLong(turn -> turn.get("usage").get(tokens).asLong()).sum();
    }

    private static BigDecimal cost(JsonNode turns) {
        return turns.valueStream().map(turn -> new BigDecimal(turn.at("/cost/amount").asText()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void the_total_is_what_all_turns_come_to_to_the_last_decimal() {
        said(2_000, 1_024, 50);
        said(1, 0, 1);
        JsonNode usage = usage("");
        assertThat(usage.get("data")).hasSize(2);
        // 976 x 0.15 + 1,024 x 0.075 + 50 x 0.60 and 0.15 + 0.60, for a million
        assertThat(usage.at("/data/1/cost/amount").asText()).isEqualTo("0.0002532");
        assertThat(usage.at("/data/0/cost/amount").asText()).isEqualTo("0.00000075");
        assertThat(usage.at("/total/cost/amount").asText()).isEqualTo("0.00025395");
        assertThat(usage.at("/total/cost/currency").asText()).isEqualTo("USD");
        assertThat(usage.at("/total/costs")).hasSize(1);
        assertThat(usage.at("/total/turns").asInt()).isEqualTo(2);
        for (String tokens : TOKENS) {
            assertThat(usage.at("/total/usage/" + tokens).asLong()).as(tokens).isEqualTo(sum(usage.get("data"), tokens));
            assertThat(usage.at("/total/beside/usage/" + tokens).asLong()).isZero();
        }
        assertThat(usage.at("/total/beside/cost").isNull()).isTrue();
    }

    @Test
    void each_turn_says_what_was_sent_and_what_became_of_the_cache() {
        session = client.createSession("{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"" + LONG + "\"}");
        said(1_400, 0, 5);
        said(1_400, 1_300, 5);
        said(1_400, 0, 5);
        JsonNode turns = usage("").get("data");
        assertThat(turns.valueStream().map(turn -> turn.at("/cache/missed").asBoolean())).containsExactly(true, false, false);
        assertThat(turns.valueStream().map(turn -> turn.at("/cache/cachedTokens").asInt())).containsExactly(0, 1_300, 0);
        assertThat(turns.get(2).at("/cache/cold").asText()).isEqualTo("first");
        assertThat(turns.get(2).at("/cache/expectedTokens").asInt()).isZero();
        assertThat(turns.get(1).at("/cache/expectedTokens").asLong())
                .isEqualTo(turns.get(2).at("/context/sent/tokens").asLong());
        JsonNode newest = turns.get(0);
        assertThat(newest.get("state").asText()).isEqualTo("completed");
        assertThat(newest.get("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(newest.at("/context/policy").asText()).isEqualTo("token-budget");
        assertThat(newest.at("/context/sent/messages").asInt()).isEqualTo(5);
        assertThat(newest.at("/context/omitted/messages").asInt()).isZero();
        assertThat(newest.at("/context/wholeTokens").asLong()).isNotEqualTo(1_400);
        assertThat(newest.at("/withoutTrimming/inputTokens").asLong()).isEqualTo(1_400);
        assertThat(new BigDecimal(newest.at("/withoutTrimming/cost/amount").asText())).isEqualByComparingTo("0.00021");
    }

    @Test
    void the_whole_conversation_is_measured_as_the_provider_measures() {
        session = client.createSession(
                "{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"sliding-window\",\"maxMessages\":1,\"trimTo\":1}}");
        said(20, 0, 5);
        said(7, 0, 5);
        JsonNode trimmed = usage("").get("data").get(0);
        double sent = trimmed.at("/context/sent/tokens").asDouble();
        long whole = trimmed.at("/context/wholeTokens").asLong();
        assertThat(trimmed.at("/context/omitted/messages").asInt()).isEqualTo(2);
        assertThat(trimmed.at("/withoutTrimming/inputTokens").asLong()).isEqualTo(Math.round(7 * whole / sent))
                .isGreaterThan(7);
        assertThat(usage("").at("/data/1/withoutTrimming/inputTokens").asInt()).isEqualTo(20);
    }

    @Test
    void what_was_used_beside_turns_is_in_the_total_and_named() {
        session = client.createSession(
                "{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"summarise\",\"keepRecent\":2,\"trimTo\":1}}");
        provider.always(FakeReply.stream().text("It was about numbers.").usage(100, 0, 7).finish());
        for (int i = 0; i < 4; i++) {
            assertThat(post(saying("Number " + i)).status()).isEqualTo(201);
        }
        JsonNode usage = Awaitility.await().until(() -> usage(""),
                found -> found.at("/total/beside/usage/inputTokens").asLong() == 100L * (provider.calls().size() - 4)
                        && provider.calls().size() > 4);
        for (String tokens : TOKENS) {
            assertThat(usage.at("/total/usage/" + tokens).asLong()).as(tokens)
                    .isEqualTo(sum(usage.get("data"), tokens) + usage.at("/total/beside/usage/" + tokens).asLong());
        }
        assertThat(new BigDecimal(usage.at("/total/cost/amount").asText())).isEqualByComparingTo(
                cost(usage.get("data")).add(new BigDecimal(usage.at("/total/beside/cost/amount").asText())));
    }

    @Test
    void the_list_comes_in_parts_and_the_total_is_of_all() {
        List<String> turns = List.of(said(10, 0, 1), said(20, 0, 1), said(30, 0, 1));
        Answer first = client.send("GET", "/sessions/" + session + "/usage?limit=2", null);
        assertThat(first.json().get("data").valueStream().map(turn -> turn.get("turn").asText()))
                .containsExactly(turns.get(2), turns.get(1));
        assertThat(first.json().get("hasMore").asBoolean()).isTrue();
        assertThat(first.headers().firstValue("Link").orElseThrow()).contains("/usage?limit=2&after=");
        JsonNode second = usage("?limit=2&after=" + first.at("/after"));
        assertThat(second.get("data").valueStream().map(turn -> turn.get("turn").asText())).containsExactly(turns.get(0));
        assertThat(second.get("hasMore").asBoolean()).isFalse();
        assertThat(second.get("total")).isEqualTo(first.json().get("total"));
        assertThat(second.at("/total/usage/inputTokens").asInt()).isEqualTo(60);
        assertThat(usage("?before=" + second.get("before").asText()).get("data")).hasSize(2);
    }

    @Test
    void a_turn_that_runs_has_no_figures_yet() {
        provider.then(FakeReply.silence());
        String turn = begin("one");
        JsonNode running = usage("").get("data").get(0);
        assertThat(running.get("state").asText()).isEqualTo("running");
        for (String field : List.of("usage", "cost", "context", "cache", "withoutTrimming")) {
            assertThat(running.get(field).isNull()).as(field).isTrue();
        }
        assertThat(cancel(turn).status()).isEqualTo(200);
    }

    @Test
    void a_session_without_turns_has_used_nothing() {
        JsonNode usage = usage("");
        assertThat(usage.get("data")).isEmpty();
        assertThat(usage.at("/total/turns").asInt()).isZero();
        assertThat(usage.at("/total/usage/inputTokens").asInt()).isZero();
        assertThat(usage.at("/total/cost").isNull()).isTrue();
        assertThat(usage.at("/total/costs")).isEmpty();
    }

    @Test
    void what_cannot_be_shown_is_refused() {
        Answer limit = client.send("GET", "/sessions/" + session + "/usage?limit=0", null);
        assertThat(limit.status()).isEqualTo(400);
        assertThat(limit.at("/errors/0/pointer")).isEqualTo("limit");
        assertThat(client.send("GET", "/sessions/" + session + "/usage?before=nonsense", null).status()).isEqualTo(400);
        assertThat(client.send("GET", "/sessions/nosuchsession/usage", null).status()).isEqualTo(404);
    }
}

package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.provider.Prices;
import io.parley.testing.ChatClient;
import io.parley.testing.Chatter;
import io.parley.testing.MovableClock;
import io.parley.testing.Size;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The cost of conversations under each policy: the whole service, a Redis, and a model that bills cached and written tokens as
 * real models do. {@code ./mvnw test -Dtest=ContextCostApiTest -Dcosts=all} prints every policy at both price structures, with
 * short gaps and with one in five longer than the cache lives.
 */
@QuarkusTest
@TestProfile(ContextCostApiTest.Billed.class)
class ContextCostApiTest {
    private static final int TURNS = "all".equals(System.getProperty("costs")) ? 200 : Size.of(50, 200);
    private static final Duration SHORT_GAP = Duration.ofMinutes(1);
    private static final Duration LONG_GAP = Duration.ofMinutes(10);
    private static final String FULL = "{\"policy\":\"full\"}";
    private static final String WINDOW = "{\"policy\":\"sliding-window\",\"maxMessages\":40}";
    private static final String WINDOW_SLIDING = "{\"policy\":\"sliding-window\",\"maxMessages\":40,\"trimTo\":1}";
    private static final String BUDGET = "{\"policy\":\"token-budget\",\"maxTokens\":8000}";
    private static final String BUDGET_SLIDING = "{\"policy\":\"token-budget\",\"maxTokens\":8000,\"trimTo\":1}";
    private static final String SUMMARISE = "{\"policy\":\"summarise\"}";
    private static final String RETRIEVE = "{\"policy\":\"retrieve\"}";

    @TestHTTPResource("/")
    URI uri;
    @Inject
    MovableClock clock;
    @Inject
    ModelCatalogue catalogue;

    /** A model without pauses, and a clock that can be put forward. */
    public static class Billed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.simulator.first-token-delay", "0", "parley.simulator.token-interval", "0",
                    "parley.simulator.tokens-per-event", "50", "parley.recall.limit", "5S");
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(MovableClock.class);
        }
    }

    @Test
    void over_many_turns_priced_trimming_costs_a_fraction_of_what_sliding_costs() {
        Bill priced = talk("simulator-claude", WINDOW, false);
        Bill sliding = talk("simulator-claude", WINDOW_SLIDING, false);
        Bill budget = talk("simulator-claude", BUDGET, false);
        Bill slidingBudget = talk("simulator-claude", BUDGET_SLIDING, false);

        assertThat(sliding.total(TURNS) / priced.total(TURNS)).as("window").isGreaterThanOrEqualTo(Size.FULL ? 4 : 3);
        assertThat(slidingBudget.total(TURNS) / priced.total(TURNS)).as("budget over window").isGreaterThanOrEqualTo(2);
        assertThat(slidingBudget.total(TURNS) / budget.total(TURNS)).as("budget").isGreaterThanOrEqualTo(2);
    }

    @Test
    void all_of_a_conversation_grows_as_the_article_says() {
        Bill full = talk("simulator", FULL, false, 50);
        assertThat(full.turns.getFirst().inputTokens()).isBetween(40L, 80L);
        assertThat(full.turns.getLast().inputTokens()).isBetween(17_000L, 25_000L);
        if ("all".equals(System.getProperty("costs"))) {
            printAll();
        }
    }

    private void printAll() {
        for (String model : List.of("simulator-claude", "simulator")) {
            for (boolean longGaps : List.of(false, true)) {
                Map<String, Bill> bills = new LinkedHashMap<>();
                for (String policy : List.of(FULL, WINDOW_SLIDING, WINDOW, BUDGET_SLIDING, BUDGET, SUMMARISE, RETRIEVE)) {
                    bills.put(policy, talk(model, policy, longGaps));
                }
                print(model, longGaps, bills);
            }
        }
    }

    private void print(String model, boolean longGaps, Map<String, Bill> bills) {
        Prices prices = catalogue.find(model).orElseThrow().prices();
        System.out.printf(Locale.ROOT, "%n%s: input %s, cached %s, written %s USD a million tokens; %s%n", model,
                prices.input(), prices.cachedInput(), prices.cacheWrite(),
                longGaps ? "one gap in five longer than the cache lives" : "all gaps shorter than the cache lives");
        System.out.println(
                "| policy | tokens at turn 1 / 50 / 200 | cents at turn 1 / 50 / 200 | total of 20 | of 50 | of 200 |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        bills.forEach((policy, bill) -> System.out.printf(Locale.ROOT,
                "| `%s` | %d / %d / %d | %.3f / %.3f / %.3f | %.2f | %.2f | %.2f |%n", policy.replace("\"", ""),
                bill.turns.get(0).inputTokens(), bill.turns.get(49).inputTokens(), bill.turns.get(199).inputTokens(),
                bill.cents(1), bill.cents(50), bill.cents(200), bill.total(20), bill.total(50), bill.total(200)));
    }

    private Bill talk(String model, String policy, boolean longGaps) {
        return talk(model, policy, longGaps, TURNS);
    }

    private Bill talk(String model, String policy, boolean longGaps, int turns) {
        ChatClient client = new ChatClient(uri);
        String session = client.createSession("{\"model\":\"" + model + "\",\"context\":" + policy + "}");
        Chatter chatter = new Chatter(7);
        Bill bill = new Bill(catalogue.find(model).orElseThrow(), new ArrayList<>(), new ArrayList<>());
        for (int turn = 1; turn <= turns; turn++) {
            clock.pass(longGaps && turn % 5 == 0 ? LONG_GAP : SHORT_GAP);
            String text = chatter.about(150) + " [words=" + chatter.between(280, 345) + "]";
            JsonNode answer = client.say(session, text).json();
            assertThat(answer.at("/state").asText()).as(answer.toString()).isEqualTo("completed");
            bill.turns.add(usage(answer.get("usage")));
            bill.beside.add(beside(client, session));
        }
        return bill;
    }

    /** Cents that summaries have cost so far; one that is still being made counts with a later turn. */
    private static double beside(ChatClient client, String session) {
        JsonNode cost = client.send("GET", "/sessions/" + session + "/usage?limit=1", null).json()
                .at("/total/beside/cost/amount");
        return cost.isMissingNode() ? 0 : new BigDecimal(cost.asText()).movePointRight(2).doubleValue();
    }

    private static Usage usage(JsonNode json) {
        return new Usage(json.get("inputTokens").asLong(), json.get("cachedTokens").asLong(),
                json.get("cacheWriteTokens").asLong(), json.get("outputTokens").asLong(), 0, false);
    }

    /** What the input of each turn took, and what was paid beside the turns by then. */
    private record Bill(Model model, List<Usage> turns, List<Double> beside) {

        double cents(int turn) {
            Prices prices = model.prices();
            Usage usage = turns.get(turn - 1);
            long fresh = usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens();
            BigDecimal sum = prices.input().multiply(BigDecimal.valueOf(fresh))
                    .add(prices.cachedInput().multiply(BigDecimal.valueOf(usage.cachedTokens())))
                    .add(prices.cacheWrite().multiply(BigDecimal.valueOf(usage.cacheWriteTokens())));
            return sum.movePointLeft(4).doubleValue();
        }

        double total(int count) {
            double total = beside.get(count - 1);
            for (int turn = 1; turn <= count; turn++) {
                total += cents(turn);
            }
            return total;
        }
    }
}

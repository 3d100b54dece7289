package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.context.Demand.RecallDemand;
import io.parley.context.Demand.SummaryDemand;
import io.parley.conversation.ContextSpec;
import io.parley.provider.Counting;
import io.parley.testing.Histories;
import io.parley.testing.Models;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What a deployment configures, and what several policies ask for together. */
class PoliciesTest {
    private static final TestContexts.Catalogue CATALOGUE = new TestContexts.Catalogue(
            List.of(Models.counted("m", Histories.ENCODING, 1_000, 100, Counting.ESTIMATED)));

    @Test
    void the_configured_policies_hold_where_none_are_named() {
        assertThat(policies("{\"policy\":\"sliding-window\",\"maxMessages\":7}").inForce(List.of()))
                .containsExactly(new ContextSpec("sliding-window", Map.of("maxMessages", 7)));
        Policies both = policies("[{\"policy\":\"summarise\",\"model\":\"m\"},{\"policy\":\"retrieve\",\"trimTo\":0.5}]");
        assertThat(both.inForce(List.of())).hasSize(2);
        assertThat(both.name(List.of())).isEqualTo("summarise+retrieve");
        assertThat(both.demand(List.of()).summary()).isEqualTo(new SummaryDemand("m"));
        List<ContextSpec> named = List.of(new ContextSpec("full", Map.of()));
        assertThat(both.inForce(named)).isEqualTo(named);
    }

    @Test
    void a_configuration_that_is_no_policy_is_told_at_start() {
        for (String wrong : List.of("{", "{\"policy\":\"nope\"}", "{}", "{\"policy\":\"full\",\"maxTokens\":5}",
                "{\"policy\":\"summarise\",\"model\":\"gone\"}", "{\"policy\":\"token-budget\",\"maxTokens\":\"many\"}")) {
            assertThatThrownBy(() -> policies(wrong)).as(wrong).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void together_the_tighter_limits_hold_and_everything_that_any_of_them_asks_for() {
        Demand one = Demand.NOTHING.withCeiling(500).withTrimTo(OptionalDouble.of(0.5)).withUntilFull();
        Demand other = Demand.NOTHING.withWindow(3).withTrimTo(OptionalDouble.of(0.25)).withSummary(new SummaryDemand("m"))
                .withRecall(new RecallDemand(2));
        for (Demand both : List.of(one.and(other), other.and(one))) {
            assertThat(both).isEqualTo(new Demand(500, 3, 3, OptionalDouble.of(0.25), false, new SummaryDemand("m"),
                    new RecallDemand(2)));
        }
        for (Demand same : List.of(one.and(Demand.NOTHING.withUntilFull()), Demand.NOTHING.withUntilFull().and(one))) {
            assertThat(same).isEqualTo(one);
        }
        assertThat(one.limitsMessages()).isFalse();
        assertThat(other.limitsMessages()).isTrue();
        assertThat(other.and(Demand.NOTHING.withKeep(2)).window()).as("what a summary leaves is no window").isEqualTo(3);
    }

    private static Policies policies(String configured) {
        return new Policies(List.of(new FullPolicy(), new SlidingWindowPolicy(), new TokenBudgetPolicy(),
                new SummarisePolicy(CATALOGUE), new RetrievePolicy()), new TestContexts.Config(configured, 1_500));
    }
}

package io.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {

    @Test
    void a_turns_choice_comes_before_its_sessions() {
        Generation turn = new Generation(5, null, null, List.of());
        Generation session = new Generation(9, 0.5, List.of("x"), null);
        assertThat(turn.orElse(session)).isEqualTo(new Generation(5, 0.5, List.of("x"), List.of()));
        assertThat(Generation.UNDECIDED.orElse(session)).isEqualTo(session);
        assertThat(session.orElse(turn)).isEqualTo(new Generation(9, 0.5, List.of("x"), List.of()));
    }

    @Test
    void usages_add_up_and_stay_estimated_once_one_is() {
        Usage sum = new Usage(1, 2, 3, 4, 5, false).plus(new Usage(10, 20, 30, 40, 50, true));
        assertThat(sum).isEqualTo(new Usage(11, 22, 33, 44, 55, true));
        assertThat(Usage.NONE.plus(Usage.NONE).estimated()).isFalse();
        assertThat(new Usage(0, 0, 0, 0, 0, true).plus(Usage.NONE).estimated()).isTrue();
    }

    @Test
    void usage_that_a_provider_does_not_report_or_that_is_impossible_is_estimated() {
        Usage told = new Usage(100, 60, 10, 20, 5, false);
        assertThat(Usage.believable(told, 90, 25)).isSameAs(told);
        assertThat(Usage.believable(null, 90, 25)).isEqualTo(new Usage(90, 0, 0, 25, 0, true));
        assertThat(Usage.believable(Usage.NONE, 90, 25)).isEqualTo(new Usage(90, 0, 0, 25, 0, true));
        assertThat(Usage.believable(new Usage(0, 0, 0, 20, 5, false), 90, 25)).isEqualTo(new Usage(90, 0, 0, 20, 5, true));
        assertThat(Usage.believable(new Usage(100, 60, 10, 0, 0, false), 90, 25))
                .isEqualTo(new Usage(100, 60, 10, 25, 0, true));
        assertThat(Usage.believable(new Usage(1_000_000_000, 5, 0, 2_000_000_000, 0, false), 90, 25))
                .isEqualTo(new Usage(90, 0, 0, 25, 0, true));
        assertThat(Usage.believable(new Usage(100, 0, 0, 0, 0, false), 90, 0)).as("nothing was said").isEqualTo(
                new Usage(100, 0, 0, 0, 0, false));
    }

    @Test
    void a_plan_is_covered_by_one_that_reads_as_much_or_more() {
        ReadPlan plan = new ReadPlan(10, 5, 100);
        assertThat(plan.isCoveredBy(plan)).isTrue();
        assertThat(plan.isCoveredBy(ReadPlan.EVERYTHING)).isTrue();
        assertThat(plan.isCoveredBy(new ReadPlan(9, 6, 101))).isTrue();
        assertThat(plan.isCoveredBy(new ReadPlan(11, 5, 100))).isFalse();
        assertThat(plan.isCoveredBy(new ReadPlan(10, 4, 100))).isFalse();
        assertThat(plan.isCoveredBy(new ReadPlan(10, 5, 99))).isFalse();
        assertThat(ReadPlan.EVERYTHING.isCoveredBy(new ReadPlan(1, 0, 0))).isFalse();
        assertThat(ReadPlan.EVERYTHING.isCoveredBy(new ReadPlan(0, 1, 0))).isFalse();
        assertThat(ReadPlan.EVERYTHING.isCoveredBy(new ReadPlan(0, 0, 1))).isFalse();
    }

    @Test
    void a_failure_says_what_can_be_done_and_keeps_it_when_stored() {
        Failure provider = new Failure.Provider(FailureCode.PROVIDER_RATE_LIMITED, "Wait.", true, Duration.ofSeconds(3), null);
        assertThat(provider.problem())
                .isEqualTo(new Problem(FailureCode.PROVIDER_RATE_LIMITED, "Wait.", true, Duration.ofSeconds(3)));
        Failure busy = new Failure.Unavailable(FailureCode.OVERLOADED, "Later.", Duration.ofSeconds(1), null);
        assertThat(busy.retryable()).isTrue();
        assertThat(busy.retryAfter()).hasSeconds(1);
        Failure.Invalid invalid = new Failure.Invalid("/model", "is unknown");
        assertThat(invalid.detail()).isEqualTo("/model is unknown.");
        assertThat(invalid.retryable()).isFalse();
        assertThat(invalid.retryAfter()).isNull();
        assertThat(invalid.violations()).containsExactly(new Violation("/model", "is unknown"));
        assertThat(new Failure.NotFound(FailureCode.TURN_NOT_FOUND, "No.").getStackTrace()).isEmpty();
    }

    @Test
    void only_a_running_turn_is_not_over() {
        for (TurnState state : TurnState.values()) {
            assertThat(state.isOver()).isEqualTo(state != TurnState.RUNNING);
        }
    }

    @Test
    void a_message_knows_its_role_and_id() {
        MessageMeta meta = new MessageMeta(new MessageId(3), null, MessageStatus.COMPLETED, new TokenCount(1, "e"),
                java.time.Instant.EPOCH, java.time.Instant.EPOCH, 1, false);
        List<Content> text = List.of(new Content.Text("x"));
        assertThat(new Message.User(meta, text).role()).isEqualTo(Role.USER);
        assertThat(new Message.Assistant(meta, text, null, null).role()).isEqualTo(Role.ASSISTANT);
        assertThat(new Message.Tool(meta, text).role()).isEqualTo(Role.TOOL);
        assertThat(new Message.Tool(meta, text).id()).isEqualTo(new MessageId(3));
    }
}

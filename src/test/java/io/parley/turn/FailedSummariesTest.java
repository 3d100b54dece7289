package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailedSummariesTest {
    private final FailedSummaries failed = new FailedSummaries();
    private final SessionId session = SessionId.create();

    @Test
    void a_session_without_failures_may_always_try() {
        assertThat(failed.mayTry(session)).isTrue();
        failed.note(session, true);
        assertThat(failed.mayTry(session)).isTrue();
    }

    @Test
    void each_failure_in_a_row_doubles_the_pause_up_to_a_bound() {
        assertThat(IntStream.range(0, 8).mapToObj(_ -> pauseAfterFailure()).toList())
                .isEqualTo(List.of(1, 2, 4, 8, 16, 32, 32, 32));
    }

    @Test
    void a_success_begins_the_count_anew() {
        for (int i = 0; i < 4; i++) {
            int unused = pauseAfterFailure();
        }
        failed.note(session, true);
        assertThat(failed.mayTry(session)).isTrue();
        assertThat(pauseAfterFailure()).isEqualTo(1);
    }

    @Test
    void sessions_do_not_share_their_failures() {
        failed.note(session, false);
        assertThat(failed.mayTry(SessionId.create())).isTrue();
        assertThat(failed.mayTry(session)).isFalse();
    }

    @Test
    void of_too_many_sessions_the_one_that_was_not_asked_about_for_longest_is_forgotten() {
        failed.note(session, false);
        for (int i = 1; i < FailedSummaries.MOST_SESSIONS; i++) {
            failed.note(SessionId.create(), false);
        }
        assertThat(failed.mayTry(session)).as("remembered, and used").isFalse();
        failed.note(session, false);
        for (int i = 0; i < FailedSummaries.MOST_SESSIONS; i++) {
            failed.note(SessionId.create(), false);
        }
        assertThat(failed.mayTry(session)).as("forgotten").isTrue();
    }

    /** Returns the number of turns that pass without a summary after one more failure. */
    private int pauseAfterFailure() {
        failed.note(session, false);
        int turns = 0;
        while (!failed.mayTry(session)) {
            turns++;
        }
        return turns;
    }
}

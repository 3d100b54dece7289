package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Message;
import io.parley.testing.Histories;
import java.util.List;
import org.junit.jupiter.api.Test;

class MissingResultsTest {
    @Test
    void names_the_calls_that_have_no_result() {
        assertThat(missing(Histories.call(1, 1, "a", "b", "c"), Histories.result(2, 1, "b"))).containsExactly("a", "c");
        assertThat(missing(Histories.call(1, 1, "same", "same"), Histories.result(2, 1, "same"))).containsExactly("same");
    }

    @Test
    void earlier_results_of_the_same_reply_count() {
        assertThat(missing(Histories.call(1, 1, "a", "b"), Histories.result(2, 1, "a"), Histories.result(3, 1, "b"))).isEmpty();
    }

    @Test
    void what_answers_nothing_or_is_no_result_is_judged_elsewhere() {
        assertThat(missing(Histories.call(1, 1, "a"), Histories.result(2, 1, "x"))).isEmpty();
        assertThat(missing(Histories.assistant(1, 1, "hi"), Histories.result(2, 1, "a"))).isEmpty();
        assertThat(missing(Histories.result(2, 1, "a"))).as("the reply was not read").isEmpty();
        assertThat(missing(Histories.call(1, 1, "a"), Histories.user(2, 1, "?"))).isEmpty();
    }

    private static List<String> missing(Message... history) {
        return MissingResults.of(List.of(history));
    }
}

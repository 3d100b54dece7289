package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Message;
import io.parley.testing.Histories;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallPairsTest {

    @Test
    void an_id_is_nine_letters_and_digits_of_the_number_of_the_message_and_the_place_of_the_call() {
        assertThat(CallPairs.wireId(2, 0)).isEqualTo("000002000");
        assertThat(CallPairs.wireId(35, 36)).isEqualTo("00000z010");
        assertThat(CallPairs.wireId(100_000, 1_023)).isEqualTo("00255s0sf");
        assertThat(CallPairs.wireId(999_999_999_999_999L, 46_656)).matches("[0-9a-z]{9}");
    }

    @Test
    void the_same_id_in_three_turns_becomes_three_ids() {
        List<Message> history = List.of(Histories.call(2, 1, "call_0"), Histories.result(3, 1, "call_0"),
                Histories.call(4, 1, "call_0"), Histories.result(5, 1, "call_0"), Histories.call(8, 1, "call_0"),
                Histories.result(9, 1, "call_0"));
        CallPairs pairs = CallPairs.of(history);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < history.size(); i += 2) {
            assertThat(pairs.idAt(i, 0)).isEqualTo(pairs.idAt(i + 1, 0));
            ids.add(pairs.idAt(i, 0));
        }
        assertThat(ids).hasSize(3).doesNotContainNull();
    }

    @Test
    void the_same_id_twice_in_one_reply_is_answered_in_its_order() {
        CallPairs pairs = CallPairs.of(List.of(Histories.call(2, 1, "a", "b", "a"), Histories.result(3, 1, "a", "a", "b")));
        assertThat(ids(pairs, 0, 3)).containsExactly("000002000", "000002001", "000002002");
        assertThat(ids(pairs, 1, 3)).containsExactly("000002000", "000002002", "000002001");
        assertThat(pairs.isWhole(0)).isTrue();
    }

    @Test
    void a_result_that_is_given_again_counts_in_the_place_of_the_one_before() {
        CallPairs pairs = CallPairs.of(List.of(Histories.call(2, 1, "a"), Histories.result(3, 1, "a"),
                Histories.result(4, 1, "a")));
        assertThat(pairs.idAt(1, 0)).isNull();
        assertThat(pairs.idAt(2, 0)).isEqualTo("000002000");
    }

    @Test
    void a_call_without_a_result_and_a_result_without_a_call_have_no_id() {
        CallPairs pairs = CallPairs.of(List.of(Histories.call(2, 1, "a", "b"), Histories.result(3, 1, "b", "x"),
                Histories.user(4, 1, "?"), Histories.result(5, 1, "a")));
        assertThat(ids(pairs, 0, 2)).containsExactly(null, "000002001");
        assertThat(ids(pairs, 1, 2)).containsExactly("000002001", null);
        assertThat(pairs.idAt(3, 0)).isNull();
        assertThat(pairs.isWhole(0)).isFalse();
    }

    @Test
    void ids_are_the_same_when_the_history_before_is_gone() {
        List<Message> history = List.of(Histories.user(1, 1, "?"), Histories.call(2, 1, "a"), Histories.result(3, 1, "a"),
                Histories.call(4, 1, "a"), Histories.result(5, 1, "a"));
        assertThat(CallPairs.of(history.subList(3, 5)).idAt(0, 0)).isEqualTo(CallPairs.of(history).idAt(3, 0));
    }

    private static List<String> ids(CallPairs pairs, int message, int blocks) {
        List<String> ids = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            ids.add(pairs.idAt(message, block));
        }
        return ids;
    }
}

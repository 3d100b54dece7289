package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.parley.conversation.Content;
import io.parley.conversation.Generation;
import io.parley.provider.CacheHints.Mark;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheHintsTest {

    @Test
    void a_key_has_one_to_64_characters() {
        assertThat(CacheHints.none("k".repeat(64)).marks()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> CacheHints.none("k".repeat(65)));
        assertThatIllegalArgumentException().isThrownBy(() -> CacheHints.none(""));
    }

    @Test
    void marks_stand_in_order_and_each_once() {
        assertThat(hints(new Mark(0, 1), new Mark(0, 2), new Mark(1, 1)).marks()).hasSize(3);
        assertThatIllegalArgumentException().isThrownBy(() -> hints(new Mark(1, 1), new Mark(0, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> hints(new Mark(0, 2), new Mark(0, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> hints(new Mark(0, 1), new Mark(0, 1)));
    }

    @Test
    void a_mark_is_after_a_block_of_a_message_of_the_call() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Mark(0, 0));
        ChatCall call = Calls.of(null, Generation.UNDECIDED, Calls.user(new Content.Text("a")));
        assertThat(Calls.hinted(call, hints(new Mark(0, 9))).cache().marks()).hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> Calls.hinted(call, hints(new Mark(1, 1))));
    }

    @Test
    void marks_that_change_later_change_no_hints() {
        List<Mark> marks = new ArrayList<>(List.of(new Mark(0, 1)));
        CacheHints hints = new CacheHints("k", true, marks);
        marks.clear();
        assertThat(hints.marks()).containsExactly(new Mark(0, 1));
    }

    private static CacheHints hints(Mark... marks) {
        return new CacheHints("k", false, List.of(marks));
    }
}

package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.turn.RunningIndex.Entry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningMarksTest {
    private final SlowIndex index = new SlowIndex();
    private final RunningMarks marks = new RunningMarks(index);
    private final SessionId session = SessionId.create();
    private final TurnId one = TurnId.create();
    private final TurnId two = TurnId.create();
    private final TurnId three = TurnId.create();

    @Test
    void what_comes_while_the_index_is_told_goes_together_the_next_time() {
        marks.begun(session, one);
        marks.begun(session, two);
        marks.over(session, one);
        marks.begun(session, three);
        assertThat(index.told).containsExactly("begun [1] over []");

        index.answer();
        assertThat(index.told).containsExactly("begun [1] over []", "begun [2, 3] over [1]");
        index.answer();
        assertThat(index.told).hasSize(2);
    }

    @Test
    void a_turn_that_is_over_before_the_index_heard_of_it_is_never_entered() {
        marks.begun(session, one);
        marks.begun(session, two);
        marks.over(session, two);
        index.answer();
        assertThat(index.told).containsExactly("begun [1] over []");
    }

    @Test
    void a_turn_that_begins_again_is_not_taken_out() {
        marks.begun(session, one);
        marks.over(session, two);
        marks.begun(session, two);
        index.answer();
        assertThat(index.told).containsExactly("begun [1] over []", "begun [2] over []");
    }

    @Test
    void an_index_that_fails_is_told_the_next_thing_all_the_same() {
        marks.begun(session, one);
        marks.begun(session, two);
        index.fail();
        assertThat(index.told).containsExactly("begun [1] over []", "begun [2] over []");
    }

    /** Records its calls, and answers when the test tells it to. */
    private final class SlowIndex implements RunningIndex {
        private final List<String> told = new ArrayList<>();
        private final List<UniEmitter<? super Void>> waiting = new ArrayList<>();

        @Override
        public Uni<Void> change(Collection<Entry> begun, Collection<Entry> over) {
            return Uni.createFrom().emitter(emitter -> {
                told.add("begun " + names(begun) + " over " + names(over));
                waiting.add(emitter);
            });
        }

        private List<Integer> names(Collection<Entry> entries) {
            List<TurnId> all = List.of(one, two, three);
            return entries.stream().map(entry -> all.indexOf(entry.turn()) + 1).toList();
        }

        @Override
        public Uni<List<Entry>> due(int most) {
            return Uni.createFrom().item(List.of());
        }

        void answer() {
            waiting.removeFirst().complete(null);
        }

        void fail() {
            waiting.removeFirst().fail(new IllegalStateException("away"));
        }
    }
}

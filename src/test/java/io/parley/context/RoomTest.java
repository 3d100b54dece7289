package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.Generation;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.testing.Models;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** How much may be sent, and how much less after a refusal. */
class RoomTest {
    private static final Model MODEL = model(10_000, 4_000);

    @Test
    void without_a_wish_a_quarter_of_the_window_or_the_models_limit_is_kept_free() {
        assertThat(Room.of(MODEL, 10_000, Generation.UNDECIDED, Long.MAX_VALUE)).isEqualTo(new Room(10_000, 2_500, 7_500));
        assertThat(Room.of(model(10_000, 100), 10_000, Generation.UNDECIDED, Long.MAX_VALUE).output()).isEqualTo(100);
    }

    @Test
    void a_wish_is_granted_up_to_the_models_limit_and_less_is_sent_if_less_is_asked_for() {
        assertThat(Room.of(MODEL, 10_000, output(3_000), Long.MAX_VALUE)).isEqualTo(new Room(10_000, 3_000, 7_000));
        assertThat(Room.of(MODEL, 10_000, output(9_000), Long.MAX_VALUE).output()).isEqualTo(4_000);
        assertThat(Room.of(MODEL, 10_000, output(3_000), 500).ceiling()).isEqualTo(500);
    }

    @Test
    void in_a_window_that_proved_smaller_the_input_goes_before_a_great_wish() {
        assertThat(Room.of(MODEL, 8_000, output(3_000), Long.MAX_VALUE).output()).isEqualTo(2_000);
        assertThat(Room.of(MODEL, 8_000, output(1_000), Long.MAX_VALUE).output()).isEqualTo(1_000);
    }

    @Property
    void a_room_is_never_more_than_its_window(@ForAll @IntRange(min = 1, max = 200_000) int window,
            @ForAll @IntRange(min = 1, max = 300_000) int stated, @ForAll @IntRange(min = 1, max = 100_000) int limit,
            @ForAll @IntRange(min = 0, max = 300_000) int most) {
        for (Generation generation : List.of(Generation.UNDECIDED, output(1), output(50_000))) {
            Room room = Room.of(model(window, limit), stated, generation, most);
            assertThat(room.output()).isPositive();
            assertThat(room.ceiling()).isBetween(0L, (long) most);
            assertThat(room.ceiling() + (stated == 1 ? 0 : room.output())).isLessThanOrEqualTo(stated);
        }
    }

    @Test
    void each_refusal_leaves_less_whatever_the_provider_says_of_it() {
        for (ContextLimit stated : new ContextLimit[] { null, new ContextLimit(0, 0), new ContextLimit(0, 900),
                new ContextLimit(3_000, 0), new ContextLimit(3_000, 9_000), new ContextLimit(3_000, 1),
                new ContextLimit(1_000_000, 5) }) {
            Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), MODEL), MODEL, List.of());
            for (int i = 0; i < 5; i++) {
                dialogue.user(200);
                dialogue.reply(300);
            }
            dialogue.user(200);
            ChosenContext refused = dialogue.nextOfAll();
            ContextRequest less = Shortening.of(dialogue.request(), refused, stated);
            assertThat(less.most()).as(String.valueOf(stated)).isLessThanOrEqualTo(refused.sentTokens() * 9 / 10);
            long known = stated == null ? 0 : stated.limit();
            assertThat(less.state().limit() == null ? 0 : less.state().limit().tokens()).isEqualTo(known);
        }
    }

    @Test
    void what_the_provider_has_counted_corrects_the_estimate() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), MODEL), MODEL, List.of());
        dialogue.user(3_000);
        ChosenContext refused = dialogue.nextOfAll();
        long sent = refused.sentTokens();
        ContextRequest twice = Shortening.of(dialogue.request(), refused, new ContextLimit(3_000, 2 * sent));
        ContextRequest same = Shortening.of(dialogue.request(), refused, new ContextLimit(3_000, sent));
        assertThat(twice.most()).isBetween(same.most() / 2 - 1, same.most() / 2 + 1);
    }

    private static Generation output(int tokens) {
        return new Generation(tokens, null, null, null);
    }

    private static Model model(int window, int limit) {
        return Models.counted("m", "o200k_base", window, limit, Counting.ESTIMATED);
    }
}

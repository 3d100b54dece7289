package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.turn.ImageRoom.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ImageRoomTest {
    private static final int TURNS = 5;
    private static final long MOST = 10;
    private final ImageRoom room = new ImageRoom(MOST);
    private final List<String> admitted = new ArrayList<>();

    private Place take(String name, long bytes) {
        Place place = room.place(Runnable::run);
        take(place, name, bytes);
        return place;
    }

    private void take(Place place, String name, long bytes) {
        place.take(bytes).subscribe().with(_ -> admitted.add(name));
    }

    @Test
    void who_finds_no_room_waits_and_nobody_goes_before_those_who_wait() {
        Place first = take("first", 6);
        Place second = take("second", 6);
        Place third = take("third", 1);
        assertThat(admitted).containsExactly("first");

        first.leave();
        assertThat(admitted).containsExactly("first", "second", "third");
        assertThat(room.used()).isEqualTo(7);

        second.leave();
        second.leave();
        third.close();
        assertThat(room.used()).isZero();
    }

    @Test
    void what_is_larger_than_all_the_room_gets_in_alone() {
        Place small = take("small", 1);
        Place giant = take("giant", 11);
        take(room.place(Runnable::run), "next", 1);
        assertThat(admitted).containsExactly("small");

        small.leave();
        assertThat(admitted).containsExactly("small", "giant");

        giant.leave();
        assertThat(admitted).containsExactly("small", "giant", "next");
    }

    @Test
    void who_no_longer_waits_holds_up_nobody_and_takes_nothing_later() {
        Place first = take("first", 10);
        Place left = take("left", 10);
        Place last = take("last", 10);

        left.close();
        first.close();
        assertThat(admitted).containsExactly("first", "last");

        last.close();
        take(left, "late", 10);
        assertThat(room.used()).isZero();
    }

    @Test
    void who_takes_again_gives_back_what_it_had() {
        Place place = take("first", 8);
        take(place, "again", 9);
        assertThat(admitted).containsExactly("first", "again");
        assertThat(room.used()).isEqualTo(9);
    }

    /** One thing that one turn does. */
    record Step(int turn, int bytes) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        // Taking room; 0: giving back what it has; -1: ending.
        return Combinators.combine(Arbitraries.integers().between(0, TURNS - 1), Arbitraries.integers().between(-1, 12))
                .as(Step::new).list().ofMaxSize(60);
    }

    /** What a turn has, or waits for. */
    private static final class Turn {
        private final Place place;
        private long has;
        private boolean waits;

        Turn(ImageRoom room) {
            place = room.place(Runnable::run);
        }

        void take(long bytes) {
            has = 0;
            waits = true;
            place.take(bytes).subscribe().with(_ -> {
                waits = false;
                has = bytes;
            });
        }

        void leave() {
            place.leave();
            has = 0;
        }
    }

    @Property
    void whatever_turns_do_there_is_no_more_than_fits_and_at_last_everybody_had_a_place(@ForAll("histories") List<Step> steps) {
        ImageRoom crowded = new ImageRoom(MOST);
        List<Turn> turns = new ArrayList<>(Stream.generate(() -> new Turn(crowded)).limit(TURNS).toList());
        for (Step step : steps) {
            Turn turn = turns.get(step.turn());
            if (step.bytes() < 0) {
                turn.place.close();
                turns.set(step.turn(), new Turn(crowded));
            } else if (step.bytes() == 0) {
                turn.leave();
            } else if (!turn.waits) {
                turn.take(step.bytes());
            }
            assertThat(crowded.used()).isEqualTo(turns.stream().mapToLong(each -> each.has).sum());
            assertThat(crowded.used() <= MOST || turns.stream().filter(each -> each.has > 0).count() == 1).isTrue();
        }
        for (int round = 0; round < TURNS; round++) {
            turns.forEach(Turn::leave);
        }
        assertThat(turns).noneMatch(turn -> turn.waits);
        assertThat(crowded.used()).isZero();
    }
}

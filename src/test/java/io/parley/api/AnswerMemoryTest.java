package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.api.AnswerMemory.Reservation;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    /** A memory with room for ten stored bytes. */
    private static final long MOST = 40;
    private static final Vertx VERTX = Vertx.vertx();
    private final List<String> admitted = new CopyOnWriteArrayList<>();
    private final List<Throwable> refused = new CopyOnWriteArrayList<>();

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @CanIgnoreReturnValue
    private Reservation take(AnswerMemory memory, String name, long bytes) {
        Reservation room = memory.open();
        take(room, name, bytes);
        return room;
    }

    private void take(Reservation room, String name, long bytes) {
        room.take(bytes).subscribe().with(_ -> admitted.add(name), refused::add);
    }

    private void isAdmitted(String... names) {
        await().untilAsserted(() -> assertThat(admitted).containsExactly(names));
    }

    @Test
    void an_answer_without_room_waits_and_a_later_one_does_not_go_before_it() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        Reservation first = take(memory, "first", 6);
        Reservation second = take(memory, "second", 6);
        Reservation third = take(memory, "third", 1);
        isAdmitted("first");
        assertThat(memory.waiting()).isEqualTo(2);

        first.close();
        first.close();
        isAdmitted("first", "second", "third");

        second.close();
        third.close();
        assertThat(memory.used()).isZero();
    }

    @Test
    void an_answer_that_is_larger_than_all_the_room_gets_in_alone() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        Reservation small = take(memory, "small", 1);
        Reservation giant = take(memory, "giant", 1_000);
        isAdmitted("small");

        small.close();
        isAdmitted("small", "giant");
        Reservation next = take(memory, "next", 1);
        assertThat(memory.waiting()).isOne();

        giant.close();
        isAdmitted("small", "giant", "next");
        next.close();
    }

    @Test
    void when_the_line_is_full_an_answer_is_refused_at_once() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 1, LONG);
        Reservation first = take(memory, "first", 10);
        Reservation second = take(memory, "second", 10);

        Reservation third = take(memory, "third", 1);

        assertOverloaded();
        third.close();
        first.close();
        isAdmitted("first", "second");
        second.close();
    }

    @Test
    void an_answer_that_has_waited_too_long_is_refused_and_holds_up_no_other() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, Duration.ofMillis(1));
        Reservation first = take(memory, "first", 9);
        Reservation second = take(memory, "second", 2);

        await().until(() -> !refused.isEmpty());
        assertOverloaded();
        take(memory, "third", 1);
        isAdmitted("first", "third");
        second.close();
        first.close();
    }

    private void assertOverloaded() {
        assertThat(refused).singleElement().isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.OVERLOADED);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    @Test
    void an_answer_whose_client_has_left_waits_no_longer_and_takes_nothing_later() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        Reservation first = take(memory, "first", 10);
        Reservation left = take(memory, "left", 10);
        Reservation last = take(memory, "last", 10);

        left.close();
        first.close();
        isAdmitted("first", "last");
        left.send(5);
        last.close();
        assertThat(memory.used()).isZero();
    }

    @Test
    void an_answer_that_is_shorter_than_expected_gives_room_to_the_next() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        Reservation first = take(memory, "first", 10);
        Reservation second = take(memory, "second", 9);
        assertThat(memory.used()).isEqualTo(40);

        first.send(4);

        isAdmitted("first", "second");
        assertThat(memory.used()).isEqualTo(40);
        first.close();
        second.close();
    }

    @Test
    void an_answer_that_is_only_being_sent_keeps_no_other_from_being_made_however_large_it_is() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        Reservation slow = take(memory, "slow", 1_000);
        Reservation next = take(memory, "next", 1_000);
        assertThat(memory.waiting()).isOne();

        slow.send(1_000);

        isAdmitted("slow", "next");
        Reservation small = take(memory, "small", 1);
        assertThat(memory.waiting()).isOne();
        next.close();
        isAdmitted("slow", "next", "small");
        small.close();
        slow.close();
        assertThat(memory.used()).isZero();
    }

    @Test
    void what_is_being_sent_has_a_bound_too() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        List<Reservation> slow = Stream.generate(() -> sending(memory, 20)).limit(4).toList();
        assertThat(memory.used()).isEqualTo(80);
        Reservation next = take(memory, "next", 1);
        assertThat(memory.waiting()).isOne();

        slow.getFirst().close();
        isAdmitted("next");
        next.send(MOST);
        Reservation last = take(memory, "last", 1);
        assertThat(memory.waiting()).isOne();
        slow.forEach(Reservation::close);
        isAdmitted("next", "last");
        next.close();
        last.close();
        assertThat(memory.used()).isZero();
    }

    /** An answer takes a quarter of its room for making when it is sent, so both parts together never exceed their sum. */
    @Test
    void answers_that_begin_to_be_sent_together_stay_within_both_parts() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 50, LONG);
        List<Reservation> slow = Stream.generate(() -> sending(memory, 9)).limit(4).toList();
        List<Reservation> made = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            made.add(take(memory, "made", 1));
        }
        assertThat(memory.used()).isEqualTo(76);

        made.forEach(answer -> {
            answer.send(1);
            assertThat(memory.used()).isLessThan(2 * MOST);
        });

        Reservation next = take(memory, "next", 1);
        assertThat(memory.used()).isEqualTo(46);
        assertThat(memory.waiting()).isOne();
        Stream.of(slow, made, List.of(next)).flatMap(List::stream).forEach(Reservation::close);
        assertThat(memory.used()).isZero();
    }

    @Test
    void many_short_answers_are_sent_at_the_same_time() {
        AnswerMemory memory = new AnswerMemory(VERTX, MOST, 5, LONG);
        List<Reservation> slow = Stream.generate(() -> sending(memory, 1)).limit(39).toList();

        Reservation next = take(memory, "next", 1);

        isAdmitted("next");
        slow.forEach(Reservation::close);
        next.close();
        assertThat(memory.used()).isZero();
    }

    private static Reservation sending(AnswerMemory memory, long bytes) {
        Reservation room = memory.open();
        room.send(bytes);
        return room;
    }
}

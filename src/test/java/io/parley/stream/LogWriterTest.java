package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.AskedLogs.Batch;
import io.parley.stream.LeaseState.Kind;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a writer makes of what the store says, which a test says in its place. */
class LogWriterTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final SessionId SESSION = new SessionId("a.b");
    private static final TurnId TURN = new TurnId("t1");
    private static final LeaseState ALONE = new LeaseState(Kind.HELD, false, false);
    private static final LeaseState FOLLOWED = new LeaseState(Kind.HELD, false, true);
    private final Vertx vertx = Vertx.vertx();
    private final AskedLogs store = new AskedLogs();
    private final ToldOwner told = new ToldOwner();
    private final AtomicInteger left = new AtomicInteger();
    private final Loop loop = LoopedLog.newLoop(vertx);
    private final LogWriter writer = new LogWriter(events -> store.append(SESSION, TURN, 1, events), loop,
            new LogTimes(LONG, Duration.ofMillis(500), LONG, Duration.ofMillis(1), LONG), told, () -> {
            }, left::incrementAndGet);
    private long lastId;

    @AfterEach
    void stop() {
        LoopedLog.run(loop, writer::stop);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private NumberedEvent small() {
        return added("a");
    }

    /** So large that it is stored at once. */
    private NumberedEvent large() {
        return added("x".repeat(TurnLog.AHEAD_BYTES));
    }

    private NumberedEvent added(String text) {
        NumberedEvent event = new NumberedEvent(++lastId, new TurnEvent.Delta(text));
        LoopedLog.run(loop, () -> writer.add(event, System.nanoTime()));
        return event;
    }

    private void store(LeaseState answer) {
        NumberedEvent event = large();
        Batch batch = store.next();
        assertThat(batch.events()).containsExactly(event);
        batch.answer().complete(answer);
        settle();
    }

    private void settle() {
        LoopedLog.run(loop, () -> {
        });
    }

    @ParameterizedTest
    @CsvSource({ "200, 1000, 200", "200, 1001, 199", "200, 1019, 181", "200, -1, 181", "5, 77, 5", "1, 3, 1" })
    void batches_of_many_turns_leave_at_the_same_moments_and_none_waits_longer_than_it_may(long wait, long now, long delay) {
        assertThat(LogWriter.untilDeparture(wait, now)).isEqualTo(delay);
    }

    @Test
    void the_leaving_of_those_who_follow_elsewhere_is_told_once() {
        store(ALONE);
        assertThat(left).hasValue(0);
        store(FOLLOWED);
        store(FOLLOWED);
        assertThat(left).hasValue(0);
        store(ALONE);
        assertThat(left).hasValue(1);
        store(ALONE);
        assertThat(left).hasValue(1);
        store(FOLLOWED);
        store(ALONE);
        assertThat(left).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({ "LOST, lost", "GONE, erased" })
    void whoever_has_not_the_turn_any_more_is_told_that_and_not_that_nobody_follows(Kind kind, String said) {
        store(FOLLOWED);
        store(new LeaseState(kind, false, false));
        assertThat(told.all()).containsExactly(said);
        assertThat(left).hasValue(0);
        assertThat(LoopedLog.on(loop, writer::unstored)).isEqualTo(1);
    }

    @Test
    void what_comes_while_a_batch_is_under_way_that_fails_is_stored_together_with_it() {
        NumberedEvent first = large();
        Batch failing = store.next();
        NumberedEvent second = small();
        failing.answer().fail(new IllegalStateException("out of reach"));
        Batch both = store.next();
        assertThat(both.events()).containsExactly(first, second);
        both.answer().complete(ALONE);
        settle();
        assertThat(LoopedLog.on(loop, writer::unstored)).isZero();
    }

    @Test
    void what_was_under_way_when_the_writer_was_finished_and_failed_is_given_back() {
        NumberedEvent first = large();
        Batch failing = store.next();
        NumberedEvent second = small();
        CompletableFuture<List<NumberedEvent>> rest = writer.finish().runSubscriptionOn(loop).subscribeAsCompletionStage();
        assertThat(rest).isNotDone();
        failing.answer().fail(new IllegalStateException("out of reach"));
        settle();
        assertThat(rest).isCompletedWithValue(List.of(first, second));
    }
}

package io.parley.stream;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.FinishReason;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a log still does that is lost or over, on a real Redis. */
class LostLogTest extends OnRedis {
    private static final Duration LONG = Duration.ofMinutes(1);
    private final HeldLogs logs = new HeldLogs(stores.logs());
    private Turn turn;
    private LoopedLog log;

    @BeforeEach
    void open() {
        turn = Talk.begin(stores.sessions(), stores.turns()).opened(new Input.Say(user("one")));
        log = log(logs);
    }

    private LoopedLog log(EventLogStore store) {
        return new LoopedLog(vertx, loop -> new TurnLog(turn, 0, store, loop, new ToldOwner(),
                new LogTimes(LONG, Duration.ofMillis(5), LONG, Duration.ofMillis(20), LONG)));
    }

    @AfterEach
    void end() {
        logs.release();
        log.lose();
    }

    private static NumberedEvent done(LoopedLog log) {
        return log.number(new TurnEvent.Done(TurnState.COMPLETED, null, FinishReason.STOP, null, null));
    }

    /** Tells something that may not be shown before it is stored. */
    private void tellTooMuch() {
        logs.hold();
        int asked = logs.asked();
        log.append(new TurnEvent.Delta("x".repeat(TurnLog.AHEAD_BYTES)));
        await().until(() -> logs.asked() > asked);
    }

    private static <T> T got(CompletableFuture<T> stage) {
        return Talk.await(Uni.createFrom().completionStage(stage));
    }

    /** A log without a lock would break in silence. */
    @Test
    void a_log_refuses_steps_on_another_loop_than_its_own() {
        TurnLog own = log.log();
        assertThatThrownBy(() -> own.append(new TurnEvent.Delta("a"))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> own.read(0)).isInstanceOf(AssertionError.class);
        assertThat(log.read(0)).isEqualTo(LogRead.NOTHING_YET);
    }

    @Test
    void what_was_not_shown_before_the_turn_was_lost_is_never_shown_though_it_is_stored_meanwhile() {
        tellTooMuch();
        assertThat(log.snapshot()).isEmpty();
        CompletableFuture<List<NumberedEvent>> rest = log.seal().subscribeAsCompletionStage();
        log.lose();
        logs.release();
        assertThat(got(rest)).isEmpty();
        assertThat(log.snapshot()).isEmpty();
    }

    @Test
    void a_log_that_is_lost_stays_lost_when_it_is_sealed() {
        log.append(new TurnEvent.Delta("a"));
        log.lose();
        assertThat(Talk.await(log.seal())).extracting(NumberedEvent::id).containsExactly(1L);
        assertThat(log.read(0)).isEqualTo(LogRead.ELSEWHERE);
    }

    @Test
    void a_log_that_has_ended_is_not_lost_any_more() {
        log.append(new TurnEvent.Delta("a"));
        NumberedEvent end = done(log);
        log.end(end);
        log.lose();
        assertThat(log.read(0).events()).extracting(NumberedEvent::id).containsExactly(1L, 2L);
        assertThat(log.read(2)).isEqualTo(LogRead.OVER);
    }

    @Test
    void a_log_that_has_ended_keeps_what_its_listeners_have_not_read() {
        AskedLogs asked = new AskedLogs();
        LoopedLog lengthy = log(asked);
        for (int i = 0; i < 3_000; i++) {
            lengthy.append(new TurnEvent.Delta("a"));
        }
        asked.next().answer().fail(new IllegalStateException("out of reach"));
        AskedLogs.Batch all = asked.next();
        assertThat(all.events()).hasSize(3_000);
        lengthy.end(done(lengthy));
        CompletableFuture<List<NumberedEvent>> rest = lengthy.seal().subscribeAsCompletionStage();
        all.answer().complete(new LeaseState(LeaseState.Kind.HELD, false, false));
        assertThat(got(rest)).isEmpty();
        assertThat(lengthy.read(0).events()).extracting(NumberedEvent::id).startsWith(1L);
    }

    @Test
    void a_listener_is_told_of_each_event_until_it_leaves() {
        AtomicInteger told = new AtomicInteger();
        Runnable more = told::incrementAndGet;
        log.append(new TurnEvent.Delta("a"));
        log.listen(more);
        assertThat(told).hasValue(0);
        log.append(new TurnEvent.Delta("b"));
        assertThat(told).hasValue(1);
        log.append(new TurnEvent.Delta("c"));
        assertThat(told).hasValue(2);
        log.forget(more);
        log.append(new TurnEvent.Delta("d"));
        assertThat(told).hasValue(2);
    }

    @Test
    void a_listener_is_told_that_the_log_is_lost_or_over() {
        AtomicInteger told = new AtomicInteger();
        log.listen(told::incrementAndGet);
        log.lose();
        assertThat(told).hasValue(1);
        LoopedLog over = log(logs);
        over.listen(told::incrementAndGet);
        over.end(done(over));
        assertThat(told).hasValue(2);
    }
}

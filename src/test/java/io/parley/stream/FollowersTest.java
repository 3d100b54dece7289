package io.parley.stream;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Turn;
import io.parley.store.Stores;
import io.parley.stream.LeaseState.Kind;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the owner of a turn hears of those who listen by way of other replicas. */
class FollowersTest extends OnRedis {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final LeaseState ALONE = new LeaseState(Kind.HELD, false, false);
    private static final LeaseState FOLLOWED = new LeaseState(Kind.HELD, false, true);
    private final AskedLogs asked = new AskedLogs();
    private final ToldOwner told = new ToldOwner();
    private Turn turn;
    private LoopedLog log;

    @BeforeEach
    void open() {
        turn = Talk.begin(stores.sessions(), stores.turns()).opened(new Input.Say(user("one")));
        log = log(asked, LONG);
    }

    @AfterEach
    void lose() {
        log.lose();
    }

    private LoopedLog log(EventLogStore store, Duration renew) {
        return new LoopedLog(vertx,
                loop -> new TurnLog(turn, 0, store, loop, told, new LogTimes(LONG, LONG, renew, LONG, LONG)));
    }

    /** A write that is on its way: so much is stored at once. */
    private AskedLogs.Batch write() {
        log.append(new TurnEvent.Delta("x".repeat(TurnLog.AHEAD_BYTES)));
        return asked.next();
    }

    private void answer(AskedLogs.Batch batch, LeaseState state) {
        batch.answer().complete(state);
        log.settle();
    }

    @Test
    void he_hears_when_the_last_of_them_has_left() {
        answer(write(), FOLLOWED);
        assertThat(told.all()).isEmpty();
        answer(write(), ALONE);
        assertThat(told.all()).containsExactly("alone");
    }

    @Test
    void he_hears_nothing_of_it_while_somebody_listens_here() {
        log.join();
        answer(write(), FOLLOWED);
        answer(write(), ALONE);
        assertThat(told.all()).isEmpty();
    }

    @Test
    void he_hears_nothing_of_it_while_the_turn_is_being_committed() {
        answer(write(), FOLLOWED);
        AskedLogs.Batch last = write();
        CompletableFuture<List<NumberedEvent>> rest = log.seal().subscribeAsCompletionStage();
        answer(last, ALONE);
        assertThat(rest).isCompletedWithValue(List.of());
        assertThat(told.all()).isEmpty();
    }

    @Test
    void a_replica_on_the_same_redis_is_heard_of_while_it_follows_and_when_it_does_no_more() {
        HeldLogs logs = new HeldLogs(stores.logs());
        LoopedLog real = log(logs, Duration.ofMillis(20));
        try (Stores there = Stores.on(redis.url())) {
            assertThat(Talk.await(real.isFollowed())).isFalse();
            Talk.await(there.logs().follow(turn.session(), turn.id(), 0));
            assertThat(Talk.await(real.isFollowed())).isTrue();
            int asked = logs.asked();
            // One renewal is under way at a time: that a third has begun says that the second has been heard.
            await().until(() -> logs.asked() >= asked + 3);
            assertThat(told.all()).isEmpty();
            redis.command("HDEL parley:{" + turn.session().tag() + "}:" + turn.session().value() + " watch");
            await().until(() -> told.all().equals(List.of("alone")));
            assertThat(Talk.await(real.isFollowed())).isFalse();
        } finally {
            real.lose();
        }
    }
}

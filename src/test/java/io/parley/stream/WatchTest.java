package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How those who wait for another replica are woken. */
class WatchTest {
    private static final Notice.LogGrown GROWN = new Notice.LogGrown(new SessionId("a.b"), new TurnId("t1"));
    private static final Notice.TurnOver OVER = new Notice.TurnOver(GROWN.session(), GROWN.turn());
    private final Vertx vertx = Vertx.vertx();
    private final Wire wire = new Wire();
    private final Watches watches = new Watches(wire, Timing.lease(), vertx);

    /** A channel that a test speaks into. */
    private static final class Wire implements Notices {
        private final List<Consumer<Notice>> listeners = new CopyOnWriteArrayList<>();
        private volatile boolean arrive = true;

        @Override
        public boolean arrive() {
            return arrive;
        }

        @Override
        public void listen(Consumer<Notice> listener) {
            listeners.add(listener);
        }

        void say(Notice notice) {
            listeners.forEach(listener -> listener.accept(notice));
        }
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whoever_waits_is_woken_by_his_notice_and_by_no_other() {
        Watch watch = watches.open(GROWN);
        CompletableFuture<Boolean> woken = watch.next().subscribeAsCompletionStage();
        wire.say(new Notice.LogGrown(GROWN.session(), new TurnId("t2")));
        assertThat(woken).isNotDone();
        wire.say(GROWN);
        assertThat(woken.join()).isTrue();
    }

    @Test
    void a_notice_that_comes_while_nobody_waits_wakes_the_next_one_once() {
        Watch watch = watches.open(GROWN);
        wire.say(GROWN);
        wire.say(GROWN);
        assertThat(Talk.await(watch.next())).isTrue();
        assertThat(Talk.await(watch.next(Duration.ofMillis(1)))).isFalse();
    }

    @Test
    void the_end_of_a_turn_is_news_for_those_who_wait_for_its_log() {
        Watch log = watches.open(GROWN);
        Watch end = watches.open(OVER);
        wire.say(OVER);
        assertThat(Talk.await(log.next())).isTrue();
        assertThat(Talk.await(end.next())).isTrue();
    }

    @Test
    void a_wait_that_is_given_up_takes_no_notice_from_the_next_one() {
        Watch watch = watches.open(GROWN);
        watch.next().subscribe().with(_ -> {
        }).cancel();
        wire.say(GROWN);
        assertThat(Talk.await(watch.next())).isTrue();
    }

    @Test
    void whoever_hears_nothing_looks_and_more_often_while_no_notices_arrive() {
        assertThat(watches.pause()).isEqualTo(Timing.lease().signOfLife());
        wire.arrive = false;
        assertThat(watches.pause()).isEqualTo(Watches.OFTEN);
        assertThat(Talk.await(watches.open(GROWN).next())).isFalse();
    }

    @Test
    void a_watch_that_is_closed_is_forgotten() {
        Watch watch = watches.open(GROWN);
        Watch other = watches.open(GROWN);
        watch.close();
        watch.close();
        wire.say(GROWN);
        assertThat(Talk.await(watch.next(Duration.ofMillis(1)))).isFalse();
        assertThat(Talk.await(other.next())).isTrue();
    }
}

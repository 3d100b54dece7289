package io.parley.store;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Turn;
import io.parley.stream.Notice;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection for notices that ends or hangs, seen by a replica that soon takes silence for the end of a connection. */
class BrokenNoticesTest {
    private final RedisServer redis = RedisServer.create();
    private final Stores here = Stores.on(redis.url());
    private final Stores there = Stores.impatient(redis.url());

    @BeforeEach
    void begin() {
        await().until(() -> there.notices().arrive());
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        redis.close();
    }

    @Test
    void notices_arrive_again_after_a_restart_and_meanwhile_nobody_counts_on_them() {
        redis.kill();
        await().until(() -> !there.notices().arrive());
        redis.start();
        await().until(() -> there.notices().arrive());

        List<Notice> heard = new CopyOnWriteArrayList<>();
        there.notices().listen(heard::add);
        Turn turn = Talk.begin(here.sessions(), here.turns()).opened(new Input.Say(user("one")));
        Talk.await(there.logs().follow(turn.session(), turn.id(), 0));
        AtomicLong id = new AtomicLong();
        await().untilAsserted(() -> {
            Talk.await(here.logs().append(turn.session(), turn.id(), turn.epoch(),
                    List.of(new NumberedEvent(id.incrementAndGet(), new TurnEvent.Delta("a")))));
            assertThat(heard).contains(new Notice.LogGrown(turn.session(), turn.id()));
        });
    }

    @Test
    void a_connection_that_hangs_is_given_up() {
        redis.pause();
        await().until(() -> !there.notices().arrive());
        redis.resume();
        await().until(() -> there.notices().arrive());
    }
}

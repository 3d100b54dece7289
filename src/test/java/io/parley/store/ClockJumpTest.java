package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.Input;
import io.parley.testing.MovableClock;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.Opening;
import io.parley.turn.TakeOver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host whose clock jumps: who owns a turn, and how long anything lives, is measured by Redis. */
class ClockJumpTest {
    private static final Duration LIFE = Duration.ofHours(10);
    private static RedisServer server;
    private final MovableClock clock = new MovableClock();
    private final Stores stores = Stores.on(server.url(), clock);

    @BeforeAll
    static void start() {
        server = RedisServer.create();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, -1 })
    void a_turn_is_its_owners_whatever_the_hosts_clock_says(int hours) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        Turn turn = talk.opened(new Input.Say(user("one")));
        clock.pass(Duration.ofHours(hours));

        assertThat(await(stores.turns().takeOver(talk.session(), turn.id(), turn.epoch(), false)))
                .isInstanceOf(TakeOver.Left.class);
        assertThat(talk.open(new Input.Say(user("two")), null)).isInstanceOf(Opening.Busy.class);
        assertThat(await(stores.logs().append(talk.session(), turn.id(), turn.epoch(), List.of())).isHeld()).isTrue();
        talk.commit(turn, TurnState.COMPLETED, "first");
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, -1 })
    void nothing_lives_longer_or_shorter(int hours) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns(), LIFE);
        Turn turn = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        talk.commit(turn, TurnState.COMPLETED, "first");
        assertThat(life(talk.session())).isBetween(LIFE.minusMinutes(1), LIFE.plus(LIFE.dividedBy(1_000)));
        clock.pass(Duration.ofHours(24L * hours));

        talk.say("two", "second");
        assertThat(life(talk.session())).isBetween(LIFE.minusMinutes(1), LIFE.plus(LIFE.dividedBy(1_000)));
        assertThat(talk.open(new Input.Say(user("one")), key(1))).isInstanceOf(Opening.Known.class);
    }

    @Test
    void messages_keep_the_order_in_which_they_were_said() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        talk.say("one", "first");
        clock.pass(Duration.ofHours(-1));
        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
    }

    private static Duration life(SessionId session) {
        return Duration.ofMillis(Long.parseLong(server.command("PTTL " + Keys.session(session)).substring(1)));
    }
}

package io.parley.store;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.IfRunning;
import io.parley.conversation.Owner;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.Notice;
import io.parley.stream.NumberedEvent;
import io.parley.stream.SessionFeedStore;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.OpenTurn;
import io.parley.turn.OpenTurn.Place;
import io.parley.turn.Opening;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one replica hears of what another does: two sets of stores on one Redis. */
class RedisNoticesTest {
    private static RedisServer redis;
    private static Stores here;
    private static Stores there;
    private final List<Notice> heardHere = new CopyOnWriteArrayList<>();
    private final List<Notice> heardThere = new CopyOnWriteArrayList<>();
    private Talk talk;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        here = Stores.on(redis.url());
        there = Stores.on(redis.url());
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        await().until(() -> here.notices().arrive() && there.notices().arrive());
        here.notices().listen(heardHere::add);
        there.notices().listen(heardThere::add);
        talk = Talk.begin(here.sessions(), here.turns());
    }

    private static void say(Turn turn, long id) {
        Talk.await(here.logs().append(turn.session(), turn.id(), turn.epoch(),
                List.of(new NumberedEvent(id, new TurnEvent.Delta("a")))));
    }

    @Test
    void whoever_follows_a_log_is_told_that_it_has_grown_and_nobody_else() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        say(turn, 1);
        Talk.await(there.logs().follow(turn.session(), turn.id(), 0));
        Notice grown = new Notice.LogGrown(turn.session(), turn.id());
        say(turn, 2);
        await().untilAsserted(() -> assertThat(heardThere).containsExactly(grown));
        Talk.await(there.logs().follow(turn.session(), turn.id(), 2));
        talk.commit(turn, TurnState.COMPLETED, "a");
        await().untilAsserted(
                () -> assertThat(heardThere).containsExactly(grown, new Notice.TurnOver(turn.session(), turn.id())));
        assertThat(heardHere).isEmpty();
    }

    @Test
    void renewing_a_lease_is_no_news() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        Talk.await(there.logs().follow(turn.session(), turn.id(), 0));
        Talk.await(here.logs().append(turn.session(), turn.id(), turn.epoch(), List.of()));
        say(turn, 1);
        await().until(() -> !heardThere.isEmpty());
        assertThat(heardThere).containsExactly(new Notice.LogGrown(turn.session(), turn.id()));
    }

    @Test
    void the_owner_is_told_to_cancel_and_whoever_asked_is_told_of_the_end() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        Talk.await(there.turns().requestCancel(Owner.LOCAL, turn.session(), turn.id()));
        await().untilAsserted(
                () -> assertThat(heardHere).containsExactly(new Notice.CancelRequested(turn.session(), turn.id())));
        talk.commit(turn, TurnState.CANCELLED, "a");
        await().untilAsserted(() -> assertThat(heardThere).containsExactly(new Notice.TurnOver(turn.session(), turn.id())));
    }

    @Test
    void whoever_waits_is_told_that_the_session_is_free() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        OpenTurn waiter = talk.request(new Input.Say(user("two")), null).at(Place.IN_LINE);
        assertThat(Talk.await(there.turns().open(waiter))).isInstanceOf(Opening.Busy.class);
        talk.commit(turn, TurnState.COMPLETED, "a");
        await().untilAsserted(() -> assertThat(heardThere).containsExactly(new Notice.SessionFree(turn.session())));
        assertThat(Talk.await(there.turns().open(waiter))).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void a_plain_opening_does_not_go_before_those_who_wait_unless_it_says_so() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        OpenTurn first = talk.request(new Input.Say(user("two")), null).at(Place.IN_LINE);
        OpenTurn second = talk.request(new Input.Say(user("three")), null).at(Place.IN_LINE);
        Talk.await(there.turns().open(first));
        Talk.await(there.turns().open(second));
        assertThat(Talk.await(there.turns().mayOpen(first))).isFalse();
        talk.commit(turn, TurnState.COMPLETED, "a");
        assertThat(Talk.await(here.turns().open(talk.request(new Input.Say(user("four")), null))))
                .isEqualTo(new Opening.Busy(null, IfRunning.REJECT));
        assertThat(Talk.await(there.turns().mayOpen(second))).isFalse();
        assertThat(Talk.await(there.turns().mayOpen(first))).isTrue();
        Talk.await(there.turns().leaveLine(first));
        assertThat(Talk.await(there.turns().mayOpen(second))).isTrue();
        assertThat(Talk.await(there.turns().open(second))).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void following_and_cancelling_work_though_redis_takes_no_writes() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        say(turn, 1);
        redis.command("CONFIG SET maxmemory 1");
        try {
            assertThat(Talk.await(there.logs().follow(turn.session(), turn.id(), 0)).events()).hasSize(1);
            assertThat(Talk.await(there.turns().follow(Owner.LOCAL, turn.session(), turn.id())).id()).isEqualTo(turn.id());
            assertThat(Talk.await(there.feeds().follow(Owner.LOCAL, turn.session(), SessionFeedStore.FROM_NOW_ON)).events())
                    .isEmpty();
            there.turns().requestCancel(Owner.LOCAL, turn.session(), turn.id()).subscribe().with(_ -> {
            }, _ -> {
            });
            await().untilAsserted(
                    () -> assertThat(heardHere).contains(new Notice.CancelRequested(turn.session(), turn.id())));
        } finally {
            redis.command("CONFIG SET maxmemory 0");
        }
    }

    @Test
    void whoever_follows_is_told_that_the_session_is_erased() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        Talk.await(there.logs().follow(turn.session(), turn.id(), 0));
        Talk.await(there.sessions().erase(Owner.LOCAL, turn.session(), null));
        await().untilAsserted(() -> assertThat(heardThere).contains(new Notice.TurnOver(turn.session(), turn.id())));
        await().untilAsserted(() -> assertThat(heardHere).contains(new Notice.CancelRequested(turn.session(), turn.id())));
    }

    @Test
    void what_is_no_notice_is_ignored() {
        for (String text : List.of("", "life", "log", "log s", "log " + talk.session().value(),
                "what " + talk.session().value(),
                "over " + talk.session().value() + " *")) {
            assertThat(RedisNotices.parse(text)).isEmpty();
        }
        assertThat(RedisNotices.parse("free " + talk.session().value() + " "))
                .contains(new Notice.SessionFree(talk.session()));
    }
}

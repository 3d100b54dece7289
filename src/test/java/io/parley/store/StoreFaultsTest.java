package io.parley.store;

import static io.parley.testing.Talk.PLAIN;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.FaultProxy;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Size;
import io.parley.testing.Talk;
import io.parley.testing.Toxics;
import io.parley.turn.Committed;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a Redis that is restarted, gone, hanging or refusing does to those who ask. */
class StoreFaultsTest {
    private static final RedisConfig HASTY = new Stores.Config(2, 4, 8, Duration.ofMillis(250), 3, Duration.ofSeconds(5));
    /** The size of a pool for two connections, the connection for notices, and one more. */
    private static final int PLACES = Size.of(4, 16);
    private final RedisServer server = RedisServer.create();
    private final Stores stores = Stores.on(server.url(),
            new Stores.Config(2, 4, 8, Duration.ofMillis(400), 3, Duration.ofSeconds(5)));
    private final Talk talk = begin(stores);

    /** Tries again, because the first command on a cold machine may take longer than these stores wait. */
    private static Talk begin(Stores impatient) {
        return Awaitility.await().ignoreExceptions()
                .until(() -> Talk.begin(impatient.sessions(), impatient.turns()), Objects::nonNull);
    }

    @AfterEach
    void close() {
        stores.close();
        server.close();
    }

    @Test
    void scripts_that_redis_has_forgotten_are_sent_again() {
        talk.say("one", "first");
        server.command("SCRIPT FLUSH");
        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
    }

    @Test
    void a_hanging_redis_is_given_up_in_time_and_used_again_when_it_goes_on() {
        server.pause();
        assertUnavailable(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())));
        server.resume();
        Awaitility.await().ignoreExceptions()
                .until(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())),
                        session -> session.id().equals(talk.session()));
    }

    @Test
    void a_dead_redis_fails_at_once_and_a_restarted_one_has_everything() {
        talk.say("one", "first");
        server.kill();
        assertUnavailable(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())));
        server.start();
        Awaitility.await().ignoreExceptions().until(talk::texts, List.of("one", "first")::equals);
        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
    }

    @Test
    void connections_that_are_never_greeted_leave_nothing_behind() {
        try (FaultProxy way = FaultProxy.to(server.port()); Stores behind = Stores.on(way.url(), HASTY, PLACES)) {
            Talk seen = begin(behind);
            way.loseAnswers();
            int before = way.accepted();
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> {
                assertUnavailable(() -> await(behind.sessions().find(Owner.LOCAL, seen.session())));
                return way.accepted() - before > PLACES + 4;
            });
            // The sockets of abandoned attempts are gone before anything heals.
            Awaitility.await().until(() -> way.open() <= 2 * 2);
            way.mend();
            Awaitility.await().ignoreExceptions()
                    .until(() -> await(behind.sessions().find(Owner.LOCAL, seen.session())) != null);
            seen.say("one", "first");
        }
    }

    @Test
    void nobody_is_refused_for_a_connection_that_cannot_be_made_while_another_one_is_well() {
        try (FaultProxy way = FaultProxy.to(server.port());
                Stores behind = Stores.on(way.url(),
                        new Stores.Config(2, 4, 8, Duration.ofSeconds(10), 3, Duration.ofSeconds(20)))) {
            Talk seen = Talk.begin(behind.sessions(), behind.turns());
            way.refuse();
            // Long enough under way that the other connection, which is not there, always seems to have less to do.
            way.answers(Toxics.NONE.latency(Duration.ofMillis(150)));
            for (int i = 0; i < 10; i++) {
                List<Uni<Session>> asked = Collections.nCopies(4, behind.sessions().find(Owner.LOCAL, seen.session()));
                assertThat(await(Uni.join().all(asked).andFailFast())).hasSize(4);
            }
            way.mend();
            long before = way.open();
            Awaitility.await().until(() -> await(behind.sessions().find(Owner.LOCAL, seen.session())) != null
                    && way.open() > before);
        }
    }

    @Test
    void nobody_waits_for_a_connection_that_was_lost_while_another_one_is_well() {
        try (FaultProxy way = FaultProxy.to(server.port());
                Stores behind = Stores.on(way.url(),
                        new Stores.Config(2, 4, 8, Duration.ofSeconds(2), 3, Duration.ofSeconds(20)))) {
            Talk seen = Talk.begin(behind.sessions(), behind.turns());
            way.answers(Toxics.NONE.latency(Duration.ofMillis(50)));
            for (int i = 0; i < Size.of(2, 6); i++) {
                awaitConnections(way, behind, seen, 2);
                way.ignore();
                way.resetOne();
                List<Uni<Session>> asked = Collections.nCopies(4, behind.sessions().find(Owner.LOCAL, seen.session()));
                assertThat(await(Uni.join().all(asked).andFailFast())).hasSize(4);
                way.mend();
                way.answers(Toxics.NONE.latency(Duration.ofMillis(50)));
            }
        }
    }

    @Test
    void who_waits_for_a_connection_that_hangs_is_served_by_one_that_has_been_made() {
        try (FaultProxy way = FaultProxy.to(server.port());
                Stores behind = Stores.on(way.url(),
                        new Stores.Config(4, 4, 8, Duration.ofMinutes(2), 3, Duration.ofMinutes(5)))) {
            Talk seen = Talk.begin(behind.sessions(), behind.turns());
            awaitConnections(way, behind, seen, 4);
            // Only what has lasted a while is made anew at once.
            Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
            // One may go to the notices.
            way.ignoreAfter(2);
            way.reset();
            List<Uni<Session>> asked = Collections.nCopies(8, behind.sessions().find(Owner.LOCAL, seen.session()));
            assertThat(await(Uni.join().all(asked).andFailFast())).hasSize(8);
        }
    }

    @Test
    void all_connections_are_made_though_one_would_do() {
        try (FaultProxy way = FaultProxy.to(server.port());
                Stores behind = Stores.on(way.url(),
                        new Stores.Config(4, 4, 8, Duration.ofSeconds(10), 3, Duration.ofSeconds(20)))) {
            awaitConnections(way, behind, Talk.begin(behind.sessions(), behind.turns()), 4);
        }
    }

    /** So many, and the one for notices, while one thing is asked after the other. */
    private static void awaitConnections(FaultProxy way, Stores behind, Talk seen, int connections) {
        Awaitility.await().until(() -> await(behind.sessions().find(Owner.LOCAL, seen.session())) != null
                && way.connections() == connections + 1);
    }

    @Test
    void a_redis_that_dies_again_and_again_is_used_again_each_time() {
        for (int i = 0; i < Size.of(5, 20); i++) {
            server.kill();
            assertUnavailable(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())));
            server.start();
            Awaitility.await().ignoreExceptions()
                    .until(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())) != null);
        }
    }

    @Test
    void a_commit_gets_through_a_short_hang_and_is_stored_once() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        server.pause();
        CompletableFuture<Committed> commit = stores.turns().commit(Talk.end(turn, TurnState.COMPLETED, "first", List.of()))
                .subscribeAsCompletionStage();
        Awaitility.await().pollDelay(Duration.ofMillis(600)).until(() -> true);
        server.resume();
        assertThat(commit.join()).isInstanceOf(Committed.Stored.class);
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    @Test
    void an_opening_whose_outcome_stays_unknown_can_be_undone_afterwards() {
        OpenTurn request = talk.request(new Input.Say(user("lost")), null);
        server.pause();
        assertUnavailable(() -> await(stores.turns().open(request)));
        server.resume();
        Awaitility.await().ignoreExceptions()
                .untilAsserted(() -> await(stores.turns().undo(request)));
        assertThat(talk.texts()).isEmpty();
        assertThat(talk.open(new Input.Say(user("one")), null)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void an_opening_that_may_have_arrived_is_not_called_refused_when_the_last_try_finds_no_room() {
        OpenTurn request = talk.request(new Input.Say(user("lost")), null);
        server.pause();
        CompletableFuture<Opening> opening = stores.turns().open(request).subscribeAsCompletionStage();
        // Others take every place, so that the next tries are refused at once.
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
            for (int i = 0; i < 30; i++) {
                stores.sessions().find(Owner.LOCAL, talk.session()).subscribe().with(_ -> {
                }, _ -> {
                });
            }
            return opening.isDone();
        });
        server.resume();
        assertThat(opening.exceptionNow()).isInstanceOfSatisfying(Failure.Unavailable.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE));
    }

    @Test
    void what_is_too_much_is_refused_at_once_and_nothing_stays_behind() {
        server.pause();
        List<CompletableFuture<Session>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add(stores.sessions().find(Owner.LOCAL, talk.session()).subscribeAsCompletionStage());
        }
        long refused = asked.stream().filter(answer -> code(answer, FailureCode.OVERLOADED)).count();
        // Under way on two connections four each, of which the second may not be there yet, and eight waiting.
        assertThat(refused).isBetween(100L - 2 * 4 - 8, 100L - 4 - 8);
        server.resume();
        Awaitility.await().until(() -> asked.stream().allMatch(CompletableFuture::isDone));
        Awaitility.await().ignoreExceptions()
                .until(() -> await(stores.sessions().find(Owner.LOCAL, talk.session())) != null);
    }

    private static boolean code(CompletableFuture<Session> answer, FailureCode code) {
        return answer.isCompletedExceptionally() && answer.exceptionNow() instanceof Failure failure && failure.code() == code;
    }

    @Test
    void a_full_redis_is_unavailable_and_says_nothing_of_itself() {
        server.command("CONFIG SET maxmemory 1");
        assertThatThrownBy(() -> talk.say("one", "first")).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE);
            assertThat(failure.detail()).doesNotContain("OOM");
        });
        server.command("CONFIG SET maxmemory 0");
        talk.say("one", "first");
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    @Test
    void a_broken_session_harms_no_other() {
        SessionId broken = talk.session();
        server.command("DEL " + Keys.session(broken) + ":m");
        server.command("SET " + Keys.session(broken) + ":m x");
        assertThatThrownBy(() -> talk.say("one", "first")).isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("parley:");
        Talk other = Talk.begin(stores.sessions(), stores.turns());
        other.say("one", "first");
        assertThat(other.texts()).containsExactly("one", "first");
    }

    @Test
    void flushed_data_are_not_found_and_not_an_empty_conversation() {
        talk.say("one", "first");
        server.flush();
        assertThatThrownBy(() -> talk.say("two", "second")).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void many_at_once_are_served() {
        try (Stores roomy = Stores.on(server.url())) {
            List<Uni<Session>> created = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                created.add(roomy.sessions().create(SessionId.create(), Owner.LOCAL, PLAIN, ReadPlan.EVERYTHING, null)
                        .map(stored -> stored.value()));
            }
            assertThat(await(Uni.join().all(created).andFailFast())).hasSize(500);
        }
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Failure.Unavailable.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE));
    }
}

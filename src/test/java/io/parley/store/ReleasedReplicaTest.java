package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Owner;
import io.parley.conversation.Session;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.Committed;
import io.parley.turn.TakeOver;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replicas of a released version and of this one serve the same session, as they do while a service is updated. */
class ReleasedReplicaTest extends WithRedis {
    private static final String QUESTION = "a question to the release";
    private static final String REPLY = "a reply of the release";

    static List<String> releases() {
        return ReleasedReplica.releases();
    }

    private static ReleasedReplica replica(String release) {
        return new ReleasedReplica(release, stores.gate());
    }

    private static Turn opened(ReleasedReplica released, Talk talk) {
        TurnId id = TurnId.create();
        long epoch = released.open(talk.session(), id.value());
        Turn turn = await(stores.turns().find(talk.session(), id));
        assertThat(turn.epoch()).isEqualTo(epoch);
        assertThat(turn.state()).isEqualTo(TurnState.RUNNING);
        return turn;
    }

    private static void append(Turn turn, long event) {
        assertThat(await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), events(event))).isHeld()).isTrue();
    }

    private static List<NumberedEvent> events(long id) {
        return List.of(new NumberedEvent(id, new TurnEvent.Delta("of this version")));
    }

    private static Committed commit(Turn turn, long event) {
        return await(stores.turns().commit(Talk.end(turn, TurnState.COMPLETED, "a reply", events(event))));
    }

    private static void assertLogHolds(Turn turn, long events) {
        assertThat(await(stores.logs().read(turn.session(), turn.id(), 0, Integer.MAX_VALUE)).events())
                .extracting(NumberedEvent::id).containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
    }

    private static void expireLease(Talk talk) {
        assertThat(server.command("HSET " + Keys.session(talk.session()) + " lease 1")).isEqualTo(":0");
    }

    /** The sums that turns add up, of the conversation and of what it has used. */
    private static void assertCounts(Talk talk, int turns) {
        Session session = await(stores.sessions().find(Owner.LOCAL, talk.session()));
        assertThat(session.totals().messages()).isEqualTo(2L * turns);
        assertThat(session.totals().tokens())
                .isEqualTo(talk.texts().stream().mapToLong(String::length).sum());
        assertThat(await(stores.turns().totals(Owner.LOCAL, talk.session())).all().usage())
                .isEqualTo(new Usage(10L * turns, 4L * turns, 2L * turns, 3L * turns, turns, false));
    }

    @ParameterizedTest
    @MethodSource("releases")
    void a_turn_that_the_release_has_opened_is_ended_here_and_both_write_its_log(String release) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        for (int turns = 1; turns <= 2; turns++) {
            Turn turn = opened(replica(release), talk);
            assertThat(replica(release).append(turn, 1)).isEqualTo("HELD");
            append(turn, 2);
            assertThat(replica(release).append(turn, 3)).isEqualTo("HELD");
            assertThat(replica(release).append(turn, 3)).isEqualTo("HELD");
            assertThat(commit(turn, 4)).isInstanceOf(Committed.Stored.class);
            assertThat(replica(release).append(turn, 5)).isEqualTo("LOST");
            assertThat(replica(release).commit(turn, turn.epoch(), 5)).isEqualTo("STORED");
            assertLogHolds(turn, 4);
            assertCounts(talk, turns);
        }
        assertThat(talk.texts()).containsExactly(QUESTION, "a reply", QUESTION, "a reply");
    }

    @ParameterizedTest
    @MethodSource("releases")
    void a_turn_that_was_opened_here_is_ended_by_the_release_and_both_write_its_log(String release) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        for (int turns = 1; turns <= 2; turns++) {
            Turn turn = talk.opened(new Input.Say(user("a question")));
            append(turn, 1);
            assertThat(replica(release).append(turn, 2)).isEqualTo("HELD");
            append(turn, 3);
            assertThat(replica(release).commit(turn, turn.epoch(), 4)).isEqualTo("STORED");
            assertThat(await(stores.turns().find(talk.session(), turn.id())).state()).isEqualTo(TurnState.COMPLETED);
            assertThat(await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), events(5))).isHeld()).isFalse();
            assertLogHolds(turn, 4);
            assertCounts(talk, turns);
        }
        assertThat(talk.texts()).containsExactly("a question", REPLY, "a question", REPLY);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void a_turn_of_the_release_is_taken_over_here(String release) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        Turn turn = opened(replica(release), talk);
        assertThat(await(stores.turns().takeOver(talk.session(), turn.id(), turn.epoch(), false)))
                .isInstanceOf(TakeOver.Left.class);
        expireLease(talk);
        Turn taken = ((TakeOver.Taken) await(stores.turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).turn();
        assertThat(replica(release).append(turn, 1)).isEqualTo("LOST");
        assertThat(replica(release).commit(turn, turn.epoch(), 1)).isEqualTo("LOST");
        append(taken, 1);
        assertThat(commit(taken, 2)).isInstanceOf(Committed.Stored.class);
        assertThat(talk.texts()).containsExactly(QUESTION, "a reply");
        assertLogHolds(turn, 2);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void a_turn_that_was_opened_here_is_taken_over_by_the_release(String release) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        Turn turn = talk.opened(new Input.Say(user("a question")));
        append(turn, 1);
        assertThat(replica(release).takeOver(turn)).isFalse();
        expireLease(talk);
        assertThat(replica(release).takeOver(turn)).isTrue();
        assertThat(await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), events(2))).isHeld()).isFalse();
        assertThat(commit(turn, 2)).isInstanceOf(Committed.Lost.class);
        assertThat(replica(release).commit(turn, turn.epoch() + 1, 2)).isEqualTo("STORED");
        assertThat(talk.texts()).containsExactly("a question", REPLY);
        assertLogHolds(turn, 2);
    }
}

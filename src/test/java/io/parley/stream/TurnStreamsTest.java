package io.parley.stream;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Turn;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a turn's log is found, on a real Redis. */
class TurnStreamsTest extends OnRedis {
    private Turn turn;
    private TurnStreams streams;

    @BeforeEach
    void open() {
        turn = Talk.begin(stores.sessions(), stores.turns()).opened(new Input.Say(user("one")));
        HeldLogs logs = new HeldLogs(stores.logs());
        // What runs here is never stored.
        logs.hold();
        streams = new TurnStreams(logs, (_, _) -> Uni.createFrom().item(Optional.empty()),
                new Watches(stores.notices(), Timing.lease(), vertx), Timing.lease());
    }

    private static NumberedEvent delta(long id, String text) {
        return new NumberedEvent(id, new TurnEvent.Delta(text));
    }

    private LoopedLog start(long after) {
        return new LoopedLog(vertx, loop -> streams.start(turn, after, new ToldOwner(), loop.context()));
    }

    private Listener<NumberedEvent> listen() {
        return Listener.at(vertx, ((Listening.From) Talk.await(streams.listen(turn, 0))).cursor());
    }

    @Test
    void a_turn_that_runs_here_is_heard_and_read_before_anything_is_stored() {
        LoopedLog log = start(0);
        Listener<NumberedEvent> cursor = listen();
        log.append(new TurnEvent.Delta("a"));
        assertThat(streams.running(turn.id())).containsSame(log.log());
        assertThat(Talk.await(cursor.next())).containsExactly(delta(1, "a"));
        assertThat(Talk.await(streams.textSoFar(turn))).isEqualTo("a");
        assertThat(Talk.await(stores.logs().read(turn.session(), turn.id(), 0)).events()).isEmpty();
        log.lose();
    }

    @Test
    void a_turn_that_does_not_run_here_any_more_is_heard_and_read_from_the_store() {
        LoopedLog log = start(0);
        log.append(new TurnEvent.Delta("only here"));
        log.lose();
        streams.remove(turn.id(), log.log());
        assertThat(streams.running(turn.id())).isEmpty();
        Talk.await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), List.of(delta(1, "stored"))));
        assertThat(Talk.await(listen().next())).containsExactly(delta(1, "stored"));
        assertThat(Talk.await(streams.textSoFar(turn))).isEqualTo("stored");
    }

    @Test
    void a_turn_that_another_log_has_taken_is_not_removed_with_the_first_one() {
        LoopedLog first = start(0);
        first.lose();
        LoopedLog second = start(10);
        streams.remove(turn.id(), first.log());
        assertThat(streams.running(turn.id())).containsSame(second.log());
        second.lose();
    }
}

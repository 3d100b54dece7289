package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.stream.LogOwner;
import io.parley.stream.TurnLog;
import io.parley.stream.TurnStreams;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The turns that run in this process; at most {@link TurnConfig#maxRunning()}. */
@ApplicationScoped
class RunningTurns {
    private final ConcurrentMap<TurnId, RunningTurn> turns = new ConcurrentHashMap<>();
    private final TurnStreams streams;
    private final TurnConfig config;

    RunningTurns(TurnStreams streams, TurnConfig config) {
        this.streams = streams;
        this.config = config;
    }

    /** Fails if no more turns may run here now. */
    void checkRoom() {
        if (turns.size() >= config.maxRunning()) {
            throw new Failure.Unavailable(FailureCode.OVERLOADED, "Too many turns are running; try again shortly.",
                    Duration.ofSeconds(1), null);
        }
    }

    /** Makes the log of a turn that begins. */
    TurnLog log(Turn turn, LogOwner owner) {
        return streams.start(turn, owner);
    }

    void add(RunningTurn turn) {
        turns.put(turn.opened().turn().id(), turn);
    }

    void remove(RunningTurn turn) {
        turns.remove(turn.opened().turn().id());
        streams.remove(turn.opened().turn().id());
    }

    Optional<RunningTurn> find(TurnId turn) {
        return Optional.ofNullable(turns.get(turn));
    }
}

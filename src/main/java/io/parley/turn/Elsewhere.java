package io.parley.turn;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.stream.Notice;
import io.parley.stream.Watch;
import io.parley.stream.Watches;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Waits for the end of turns that other processes run, and settles those whose process has died. */
@ApplicationScoped
class Elsewhere {
    private final Watches watches;
    private final DeadTurns dead;

    Elsewhere(Watches watches, DeadTurns dead) {
        this.watches = watches;
        this.dead = dead;
    }

    /**
     * The turn once it is over, or as it stands after this time.
     *
     * @param asking finds the turn and has this replica told of its end; asked again and again
     */
    Uni<Turn> over(SessionId session, TurnId id, Uni<Turn> asking, Duration limit) {
        return Uni.createFrom().deferred(() -> {
            long end = System.nanoTime() + limit.toNanos();
            Watch watch = watches.open(new Notice.TurnOver(session, id));
            return untilOver(asking, watch, end).onTermination().invoke(watch::close);
        });
    }

    private Uni<Turn> untilOver(Uni<Turn> asking, Watch watch, long end) {
        return asking.chain(turn -> turn.state().isOver() ? Uni.createFrom().item(turn) : dead.settle(turn)).chain(found -> {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            return found.state().isOver() || !left.isPositive() ? Uni.createFrom().item(found)
                    : watch.next(left).chain(() -> untilOver(asking, watch, end));
        });
    }
}

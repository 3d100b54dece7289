package io.parley.turn;

import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Turn;
import io.parley.stream.LogOwner;
import io.parley.stream.TurnLog;
import java.time.Duration;

/** Cancels a turn some time after its last listener has left, unless another one comes. Only for the turn's event loop. */
final class Farewell {
    private static final long NO_TIMER = -1;
    private final TurnWork work;
    private final Turn turn;
    private final TurnLog log;
    private final LogOwner owner;
    private long timer = NO_TIMER;

    Farewell(TurnWork work, Turn turn, TurnLog log, LogOwner owner) {
        this.work = work;
        this.turn = turn;
        this.log = log;
        this.owner = owner;
    }

    /** The last listener has left. */
    void begin() {
        stop();
        timer = work.vertx.setTimer(Math.max(1, patience().toMillis()), _ -> cancelIfAlone());
    }

    /** The turn is over. */
    void stop() {
        work.vertx.cancelTimer(timer);
    }

    /** How long a turn without listeners goes on. */
    private Duration patience() {
        return turn.onDisconnect() == OnDisconnect.CANCEL ? work.config.disconnectGrace() : work.config.continueLimit();
    }

    private void cancelIfAlone() {
        if (log.isListenedTo()) {
            return;
        }
        log.isFollowed().subscribe().with(followed -> {
            if (followed) {
                // This process does not hear when a listener of another process leaves.
                owner.lastListenerLeft();
            } else if (!log.isListenedTo()) {
                owner.cancel();
            }
        });
    }
}

package io.parley.turn;

import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Turn;
import io.parley.stream.LogOwner;
import io.parley.stream.TurnLog;
import java.time.Duration;

/**
 * Cancels a turn some time after its last listener has left, unless a new listener comes. Only the turn's event loop calls it.
 */
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

    /** Starts the wait, because the last listener has left. */
    void begin() {
        stop();
        timer = work.vertx.setTimer(Math.max(1, patience().toMillis()), _ -> cancelIfAlone());
    }

    /** Stops the wait, because the turn is over or the wait starts again. */
    void stop() {
        work.vertx.cancelTimer(timer);
    }

    /** Returns how long a turn without listeners goes on. */
    private Duration patience() {
        return turn.onDisconnect() == OnDisconnect.CANCEL ? work.config.disconnectGrace() : work.config.continueLimit();
    }

    private void cancelIfAlone() {
        if (log.isListenedTo()) {
            return;
        }
        log.isFollowed().subscribe().with(followed -> {
            if (followed) {
                // Wait again, because this process gets no notice when a listener in another process leaves.
                owner.lastListenerLeft();
            } else if (!log.isListenedTo()) {
                owner.cancel();
            }
        });
    }
}

package io.parley.turn;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Undoes openings whose outcome stayed unknown, as soon as the store answers again: the client was told that nothing was
 * stored. Holds at most {@value #MOST} at a time and gives up after some 20 minutes, when the store's own tombstone would
 * be gone as well; either is logged.
 */
@ApplicationScoped
public class UndoQueue {
    private static final int MOST = 1_000;
    private static final int TRIES = 130;
    private static final Logger LOG = Logger.getLogger(UndoQueue.class);
    private final Semaphore room = new Semaphore(MOST);
    private final TurnStore store;

    UndoQueue(TurnStore store) {
        this.store = store;
    }

    /** Whether nothing waits to be undone. */
    public boolean isEmpty() {
        return room.availablePermits() == MOST;
    }

    /** Undoes this opening in the background. */
    void add(OpenTurn open) {
        if (!room.tryAcquire()) {
            LOG.errorf(
                    "Turn %s of session %s may be open and cannot be undone, because too many turns already wait to be undone.",
                    open.turn(),
                    open.session());
            return;
        }
        OpenTurn name = open.name();
        Uni.createFrom().deferred(() -> store.undo(name))
                .onFailure().retry().withBackOff(Duration.ofMillis(500), Duration.ofSeconds(10)).atMost(TRIES)
                .onTermination().invoke(room::release)
                .subscribe().with(_ -> LOG.infof("Turn %s of session %s was undone.", name.turn(), name.session()),
                        failure -> LOG.errorf("Turn %s of session %s may be open, because it could not be undone: %s",
                                name.turn(),
                                name.session(), failure.getClass().getName()));
    }
}

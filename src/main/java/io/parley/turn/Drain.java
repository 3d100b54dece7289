package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far the end of this process has come: it serves, then takes no new turns while those that run go on, then lets nobody
 * wait here any longer. Nothing leads back.
 */
@ApplicationScoped
public class Drain {
    /** By then whoever spreads requests over the replicas has noticed, and another one answers. */
    private static final Duration ANOTHER_ANSWERS = Duration.ofSeconds(1);
    /** One for each request that waits for something. */
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean begun;
    private volatile boolean over;

    /** Whether no new turns are taken any more. */
    public boolean hasBegun() {
        return begun;
    }

    /**
     * Comes true when nobody may wait here any longer, for a turn's end or for its events: they go on at another replica.
     * Cancelling it leaves nothing behind.
     */
    public Uni<Void> over() {
        return Uni.createFrom().emitter(emitter -> {
            Runnable leave = () -> emitter.complete(null);
            waiting.add(leave);
            emitter.onTermination(() -> waiting.remove(leave));
            if (over) {
                leave.run();
            }
        });
    }

    /** Whether nobody may wait here any longer. */
    public boolean isOver() {
        return over;
    }

    /** Fails if no new turns are taken any more. */
    void checkOpen() {
        if (begun) {
            throw new Failure.Unavailable(FailureCode.DRAINING,
                    "This process is shutting down and takes no new turns. Try again: another process will take the turn.",
                    ANOTHER_ANSWERS, null);
        }
    }

    /** From here on no new turns are taken. */
    public void begin() {
        begun = true;
    }

    /** From here on nobody waits. */
    public void end() {
        over = true;
        waiting.forEach(Runnable::run);
    }
}

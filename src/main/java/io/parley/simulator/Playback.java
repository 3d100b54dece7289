package io.parley.simulator;

import io.parley.simulator.Failures.Break;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Writes a reply at its pace. Stays on the event loop it was made on; waits for a slow reader instead of collecting for
 * it; ends when the reader leaves.
 */
final class Playback {
    private static final Logger LOG = Logger.getLogger(Playback.class);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(10);
    private static final long PROTOCOL_ERROR = 1;
    /** Pieces in one write when there is no pace; then others get their turn. */
    private static final int BURST = 64;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Script script;
    private final Duration interval;
    private final Break breaks;
    private final Runnable onEnd;
    private int played;
    private long timer = -1;
    private boolean over;

    /** @param onEnd called once, however it ends */
    Playback(Vertx vertx, HttpServerResponse response, Script script, Duration interval, Break breaks, Runnable onEnd) {
        this.vertx = vertx;
        this.response = response;
        this.script = script;
        this.interval = interval;
        this.breaks = breaks;
        this.onEnd = onEnd;
    }

    /** Begins after a while. */
    void start(Duration delay) {
        after(delay, () -> play(script.opening()));
    }

    /** The reader has left or the reply is written. Repeatable. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(timer);
        if (played < script.count()) {
            LOG.debugf("simulated reply ended after %d of %d pieces", played, script.count());
        }
        onEnd.run();
    }

    private void play(String before) {
        StringBuilder text = new StringBuilder(before);
        int burst = interval.isZero() ? BURST : 1;
        for (int i = 0; i < burst && script.pieces().hasNext() && !breaksHere(); i++) {
            text.append(script.pieces().next());
            played++;
        }
        if (breaksHere()) {
            breakOff(text.toString());
        } else if (script.pieces().hasNext()) {
            write(text.toString());
            goOn();
        } else {
            response.end(text.append(script.closing()).toString());
            end();
        }
    }

    private void goOn() {
        if (response.writeQueueFull()) {
            response.drainHandler(_ -> {
                response.drainHandler(null);
                after(interval, () -> play(""));
            });
        } else {
            after(interval, () -> play(""));
        }
    }

    private boolean breaksHere() {
        return breaks != Break.NONE && played >= script.count() / 2;
    }

    private void breakOff(String text) {
        switch (breaks) {
            case ERROR -> {
                response.end(text + script.error());
                end();
            }
            case CUT -> response.write(text).onComplete(_ -> cut());
            case HANG -> {
                write(text);
                after(LONGEST_SILENCE, this::cut);
            }
            case NONE -> throw new IllegalStateException("nothing breaks this reply");
        }
    }

    private void cut() {
        boolean closed = response.reset(PROTOCOL_ERROR);
        LOG.debugf("simulated reply cut on demand (%b)", closed);
        end();
    }

    private void write(String text) {
        response.write(text).onFailure(_ -> end());
    }

    private void after(Duration delay, Runnable step) {
        if (over) {
            return;
        }
        if (delay.isZero()) {
            vertx.runOnContext(_ -> unlessOver(step));
        } else {
            timer = vertx.setTimer(Math.max(1, delay.toMillis()), _ -> unlessOver(step));
        }
    }

    private void unlessOver(Runnable step) {
        if (!over) {
            step.run();
        }
    }
}

package io.parley.store;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jspecify.annotations.Nullable;

/** A command and who waits for its answer. */
abstract class Call {
    private final Request request;
    private final long begunNanos = System.nanoTime();
    private volatile @Nullable Lane lane;
    private volatile @Nullable Held held;
    private volatile long sentNanos;

    Call(Request request) {
        this.request = request;
    }

    Request request() {
        return request;
    }

    /** Whether its caller has asked before a time ({@code System.nanoTime()}). */
    boolean isBegunBefore(long nanos) {
        return begunNanos - nanos < 0;
    }

    void waitsFor(Lane place) {
        lane = place;
    }

    /** Its caller no longer waits for it. */
    void giveUp() {
        Lane last = lane;
        if (last != null) {
            last.giveUp(this);
        }
    }

    void sentOn(Held connection) {
        held = connection;
        sentNanos = System.nanoTime();
    }

    /** The connection it was sent on, if it was. */
    @Nullable
    Held held() {
        return held;
    }

    /** When it was sent. */
    long sentNanos() {
        return sentNanos;
    }

    abstract void answer(@Nullable Response response);

    abstract void fail(Throwable cause);

    /** It has had all the time that it may take. */
    abstract void timeIsUp();
}

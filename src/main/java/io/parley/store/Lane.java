package io.parley.store;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One held connection with what is under way on it and what waits for it. The connection is made when it is first needed,
 * dropped when it closes or stops answering, and made anew, after a failure not at once.
 */
final class Lane {
    private static final long FIRST_PAUSE = 50;
    private static final long LONGEST_PAUSE = 1000;
    private static final long UNTIL_CLOSED = 20;
    private final Redis redis;
    private final Vertx vertx;
    private final int mostInFlight;
    private final long timeout;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private @Nullable Held held;
    private @Nullable Object attempt;
    private long pause;
    private long notBefore = System.nanoTime();

    Lane(Redis redis, Vertx vertx, RedisConfig config) {
        this.redis = redis;
        this.vertx = vertx;
        this.mostInFlight = config.inFlight();
        this.timeout = config.timeout().toMillis();
    }

    /** How much is under way and waiting. */
    synchronized int load() {
        return waiting.size() + (held == null ? 0 : held.inFlight);
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** Sends a command as soon as there is a place for it. */
    void submit(Call call) {
        Held free;
        synchronized (this) {
            free = place();
            if (free == null) {
                waiting.add(call);
            }
        }
        if (free != null) {
            send(free, call);
        } else {
            connect();
        }
    }

    /** The call was given up by its caller: it no longer waits; if it was under way, the connection has stopped answering. */
    void giveUp(Call call) {
        Held silent;
        synchronized (this) {
            if (waiting.remove(call)) {
                return;
            }
            silent = call.held;
        }
        if (silent != null) {
            drop(silent);
        }
    }

    void close() {
        Held last;
        synchronized (this) {
            last = held;
            held = null;
            attempt = null;
        }
        if (last != null) {
            last.connection.close();
        }
    }

    private @Nullable Held place() {
        if (held == null || held.inFlight >= mostInFlight) {
            return null;
        }
        held.inFlight++;
        return held;
    }

    private void send(Held on, Call call) {
        call.held = on;
        on.connection.send(call.request).onComplete(answer -> {
            if (answer.failed() && RedisFailures.isConnectionUseless(answer.cause())) {
                drop(on);
            }
            leave(on);
            if (answer.succeeded()) {
                call.answer(answer.result());
            } else {
                call.fail(answer.cause());
            }
        });
    }

    private void leave(Held on) {
        Call next;
        synchronized (this) {
            on.inFlight--;
            next = held == on && on.inFlight < mostInFlight ? waiting.poll() : null;
            if (next != null) {
                on.inFlight++;
            }
        }
        if (next != null) {
            send(on, next);
        }
    }

    private void connect() {
        Object mine = new Object();
        synchronized (this) {
            if (held != null || attempt != null) {
                return;
            }
            if (System.nanoTime() - notBefore >= 0) {
                attempt = mine;
            }
        }
        if (attempt != mine) {
            failWaiting(new IllegalStateException("no connection to Redis"));
            return;
        }
        long timer = vertx.setTimer(timeout, _ -> failed(mine, RedisFailures.timedOut()));
        redis.connect().onComplete(made -> {
            vertx.cancelTimer(timer);
            if (made.succeeded()) {
                connected(mine, made.result());
            } else {
                failed(mine, made.cause());
            }
        });
    }

    private void connected(Object mine, RedisConnection connection) {
        Held fresh = new Held(connection);
        List<Call> ready = new ArrayList<>();
        synchronized (this) {
            if (attempt == mine) {
                attempt = null;
                pause = 0;
                held = fresh;
                while (!waiting.isEmpty() && fresh.inFlight < mostInFlight) {
                    ready.add(waiting.remove());
                    fresh.inFlight++;
                }
            }
        }
        connection.exceptionHandler(_ -> drop(fresh)).endHandler(_ -> drop(fresh));
        if (held != fresh) {
            connection.close();
        }
        ready.forEach(call -> send(fresh, call));
    }

    private void failed(Object mine, Throwable cause) {
        synchronized (this) {
            if (attempt != mine) {
                return;
            }
            attempt = null;
            pause = Math.clamp(pause * 2, FIRST_PAUSE, LONGEST_PAUSE);
            notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        }
        failWaiting(cause);
    }

    private void failWaiting(Throwable cause) {
        List<Call> stranded;
        synchronized (this) {
            stranded = List.copyOf(waiting);
            waiting.clear();
        }
        stranded.forEach(call -> call.fail(cause));
    }

    private void drop(Held broken) {
        synchronized (this) {
            if (broken.dropped) {
                return;
            }
            broken.dropped = true;
            if (held == broken) {
                held = null;
            }
        }
        // The client's pool would give a connection that was merely closed to the next one who asks, though nothing answers
        // on it. One whose database was chosen is never given out again: it closes the socket instead.
        broken.connection.send(Request.cmd(Command.SELECT).arg(0)).onFailure(_ -> {
        });
        vertx.setTimer(UNTIL_CLOSED, _ -> broken.connection.close());
        boolean wanted;
        synchronized (this) {
            wanted = !waiting.isEmpty();
        }
        if (wanted) {
            connect();
        }
    }

    /** A connection in use. */
    static final class Held {
        private final RedisConnection connection;
        private int inFlight;
        private boolean dropped;

        Held(RedisConnection connection) {
            this.connection = connection;
        }
    }

    /** A command and who waits for its answer. */
    abstract static class Call {
        private final Request request;
        private volatile @Nullable Held held;

        Call(Request request) {
            this.request = request;
        }

        abstract void answer(@Nullable Response response);

        abstract void fail(Throwable cause);
    }
}

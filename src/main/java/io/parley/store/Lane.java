package io.parley.store;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
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
    private final RedisClients clients;
    private final Vertx vertx;
    /** Where connections live, so that none belongs to the request that happened to need it first. */
    private final ContextInternal context;
    private final RedisConfig config;
    private final int mostInFlight;
    private final long timeout;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private @Nullable Held held;
    private @Nullable Object attempt;
    private long pause;
    private boolean closed;
    private long notBefore = System.nanoTime();

    Lane(RedisClients clients, Vertx vertx, ContextInternal context, RedisConfig config) {
        this.clients = clients;
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.mostInFlight = config.inFlight();
        this.timeout = config.timeout().toMillis();
    }

    /** Whether the caller is on the event loop of this lane, so that no other thread need be woken for a command. */
    boolean isHere() {
        return context.nettyEventLoop().inEventLoop();
    }

    /** Whether a command would be sent at once. */
    synchronized boolean hasPlace() {
        return held != null && held.inFlight < mostInFlight;
    }

    /** Whether there is a connection. */
    synchronized boolean isConnected() {
        return held != null;
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

    /** Gives up the connection if it was made before a time ({@code System.nanoTime()}); what is under way on it fails. */
    void dropMadeBefore(long nanos) {
        Held old;
        synchronized (this) {
            old = held != null && held.madeNanos - nanos < 0 ? held : null;
        }
        if (old != null) {
            drop(old);
        }
    }

    /** For good: whoever waits or comes later fails. */
    void close() {
        Held last;
        synchronized (this) {
            closed = true;
            last = held;
            held = null;
            attempt = null;
        }
        fail(takeWaiting(), new IllegalStateException("the store is closed"));
        if (last != null) {
            last.client.close();
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
        call.sentNanos = System.nanoTime();
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

    /** Begins to connect, unless there is a connection, or an attempt is under way, or the last one failed just now. */
    void connect() {
        Object mine = new Object();
        boolean begins = false;
        List<Call> stranded = List.of();
        synchronized (this) {
            if (held == null && attempt == null) {
                begins = !closed && System.nanoTime() - notBefore >= 0;
                attempt = begins ? mine : null;
                stranded = begins ? stranded : takeWaiting();
            }
        }
        if (begins) {
            context.runOnContext(_ -> open(mine));
        } else if (!stranded.isEmpty()) {
            fail(stranded, new IllegalStateException("no connection to Redis"));
        }
    }

    private void open(Object mine) {
        RedisClients.Client client;
        try {
            client = clients.create(vertx, config);
        } catch (RuntimeException unusable) {
            failed(mine, unusable);
            return;
        }
        long timer = vertx.setTimer(timeout, _ -> failed(mine, client, RedisFailures.timedOut()));
        client.connect().onComplete(made -> {
            vertx.cancelTimer(timer);
            if (made.succeeded()) {
                connected(mine, new Held(client, made.result()));
            } else {
                failed(mine, client, made.cause());
            }
        });
    }

    private void connected(Object mine, Held fresh) {
        List<Call> ready = new ArrayList<>();
        synchronized (this) {
            if (attempt != mine) {
                fresh.client.close();
                return;
            }
            attempt = null;
            pause = 0;
            held = fresh;
            while (!waiting.isEmpty() && fresh.inFlight < mostInFlight) {
                ready.add(waiting.remove());
                fresh.inFlight++;
            }
        }
        fresh.connection.exceptionHandler(_ -> drop(fresh)).endHandler(_ -> drop(fresh));
        ready.forEach(call -> send(fresh, call));
    }

    private void failed(Object mine, RedisClients.Client client, Throwable cause) {
        client.close();
        failed(mine, cause);
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
        fail(takeWaiting(), cause);
    }

    private synchronized List<Call> takeWaiting() {
        List<Call> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    private static void fail(List<Call> calls, Throwable cause) {
        calls.forEach(call -> call.fail(cause));
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
        broken.client.close();
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
        private final RedisClients.Client client;
        private final RedisConnection connection;
        private final long madeNanos = System.nanoTime();
        private int inFlight;
        private boolean dropped;

        Held(RedisClients.Client client, RedisConnection connection) {
            this.client = client;
            this.connection = connection;
        }
    }

    /** A command and who waits for its answer. */
    abstract static class Call {
        private final Request request;
        private volatile @Nullable Held held;
        private volatile long sentNanos;

        Call(Request request) {
            this.request = request;
        }

        /** When it was sent. */
        long sentNanos() {
            return sentNanos;
        }

        abstract void answer(@Nullable Response response);

        abstract void fail(Throwable cause);
    }
}

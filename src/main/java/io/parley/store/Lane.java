package io.parley.store;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One held connection with what is under way on it and what waits for it. The connection is made when it is first needed,
 * dropped when it closes or stops answering, and made anew, after a failure not at once.
 */
final class Lane {
    private final RedisClients clients;
    private final Vertx vertx;
    /** Where connections live, so that none belongs to the request that happened to need it first. */
    private final ContextInternal context;
    private final RedisConfig config;
    private final int mostInFlight;
    private final Runnable relief;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    /** What is not answered yet, on this connection or one before it, in the order in which it was sent. */
    private final ArrayDeque<Call> underWay = new ArrayDeque<>();
    private final ConnectPause pause = new ConnectPause();
    private @Nullable Held held;
    private @Nullable Attempt attempt;
    private boolean closed;

    /** @param relief called when what waits on a lane without a connection may have another one to go to */
    Lane(RedisClients clients, Vertx vertx, ContextInternal context, RedisConfig config, Runnable relief) {
        this.clients = clients;
        this.vertx = vertx;
        this.context = context;
        this.config = config;
        this.mostInFlight = config.inFlight();
        this.relief = relief;
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
        call.waitsFor(this);
        Held free;
        boolean stranded;
        synchronized (this) {
            stranded = held == null;
            free = place();
            (free == null ? waiting : underWay).add(call);
        }
        if (free != null) {
            send(free, call);
        } else if (stranded) {
            helpWaiting();
        }
    }

    private void helpWaiting() {
        relief.run();
        connect();
    }

    /** Takes what waits if there is no connection for it. */
    synchronized List<Call> takeStranded() {
        return held == null ? takeWaiting() : List.of();
    }

    /** Ends the calls that were begun before a time ({@code System.nanoTime()}). */
    void endBegunBefore(long nanos) {
        List<Call> late = new ArrayList<>();
        synchronized (this) {
            waiting.stream().filter(call -> call.isBegunBefore(nanos)).forEach(late::add);
            underWay.stream().filter(call -> call.isBegunBefore(nanos)).forEach(late::add);
            late.forEach(underWay::remove);
        }
        late.forEach(Call::timeIsUp);
    }

    /** The call was given up by its caller: it no longer waits; if it was under way, the connection has stopped answering. */
    void giveUp(Call call) {
        Held silent;
        synchronized (this) {
            if (waiting.remove(call)) {
                return;
            }
            silent = call.held();
        }
        if (silent != null) {
            drop(silent);
        }
    }

    /** Gives up what was begun before a time ({@code System.nanoTime()}): the connection, or the attempt to make one. */
    void dropBegunBefore(long nanos) {
        Held old;
        boolean anew;
        synchronized (this) {
            old = held != null && held.begunNanos - nanos < 0 ? held : null;
            boolean late = attempt != null && attempt.begunNanos - nanos < 0;
            attempt = late ? null : attempt;
            anew = late && !waiting.isEmpty();
        }
        if (old != null) {
            drop(old);
        }
        if (anew) {
            connect();
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
        takeWaiting().forEach(call -> call.fail(new IllegalStateException("the store is closed")));
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
        call.sentOn(on);
        on.connection.send(call.request()).onComplete(answer -> {
            if (answer.failed() && RedisFailures.isConnectionUseless(answer.cause())) {
                drop(on);
            }
            leave(on, call);
            if (answer.succeeded()) {
                call.answer(answer.result());
            } else {
                call.fail(answer.cause());
            }
        });
    }

    private void leave(Held on, Call over) {
        Call next;
        synchronized (this) {
            underWay.remove(over);
            on.inFlight--;
            next = held == on && on.inFlight < mostInFlight ? waiting.poll() : null;
            if (next != null) {
                underWay.add(next);
                on.inFlight++;
            }
        }
        if (next != null) {
            send(on, next);
        }
    }

    /** Begins to connect, unless there is a connection, or an attempt is under way, or the last one failed just now. */
    void connect() {
        Attempt mine = null;
        List<Call> stranded = List.of();
        synchronized (this) {
            if (held != null || attempt != null) {
                return;
            }
            if (closed || !pause.isOver()) {
                stranded = takeWaiting();
            } else {
                mine = new Attempt();
                attempt = mine;
            }
        }
        if (mine != null) {
            Attempt begun = mine;
            context.runOnContext(_ -> open(begun));
        } else if (!stranded.isEmpty()) {
            stranded.forEach(call -> call.fail(new IllegalStateException("no connection to Redis")));
        }
    }

    private void open(Attempt mine) {
        RedisClients.Client client;
        try {
            client = clients.create(vertx, config);
        } catch (RuntimeException unusable) {
            failed(mine, unusable);
            return;
        }
        long timer = vertx.setTimer(config.timeout().toMillis(), _ -> failed(mine, client, RedisFailures.timedOut()));
        client.connect().onComplete(made -> {
            vertx.cancelTimer(timer);
            if (made.succeeded()) {
                connected(mine, new Held(client, made.result(), mine.begunNanos));
            } else {
                failed(mine, client, made.cause());
            }
        });
    }

    private void connected(Attempt mine, Held fresh) {
        List<Call> ready = new ArrayList<>();
        synchronized (this) {
            if (attempt != mine) {
                fresh.client.close();
                return;
            }
            attempt = null;
            held = fresh;
            while (!waiting.isEmpty() && fresh.inFlight < mostInFlight) {
                Call call = waiting.remove();
                ready.add(call);
                underWay.add(call);
                fresh.inFlight++;
            }
        }
        fresh.connection.exceptionHandler(_ -> drop(fresh)).endHandler(_ -> drop(fresh));
        ready.forEach(call -> send(fresh, call));
        relief.run();
    }

    private void failed(Attempt mine, RedisClients.Client client, Throwable cause) {
        client.close();
        failed(mine, cause);
    }

    private void failed(Attempt mine, Throwable cause) {
        synchronized (this) {
            if (attempt != mine) {
                return;
            }
            attempt = null;
            pause.failed();
        }
        takeWaiting().forEach(call -> call.fail(cause));
    }

    private synchronized List<Call> takeWaiting() {
        List<Call> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    private void drop(Held broken) {
        synchronized (this) {
            if (broken.dropped) {
                return;
            }
            broken.dropped = true;
            pause.lost(System.nanoTime() - broken.madeNanos);
            if (held == broken) {
                held = null;
            }
        }
        broken.client.close();
        if (waiting() > 0) {
            // Where one server is left, all lanes are, one after the other: what waits must not go to the next of them.
            long unused = vertx.setTimer(1, _ -> helpWaiting());
        }
    }

    /** A connection that is being made. */
    private static final class Attempt {
        private final long begunNanos = System.nanoTime();
    }
}

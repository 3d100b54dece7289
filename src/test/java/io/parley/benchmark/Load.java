package io.parley.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** So many clients at one target, each for so long. */
final class Load {
    private static final long GRACE_MILLIS = 120_000;
    private static final int PAUSE_AFTER_FAILURE = 100;
    private final Target target;
    private final Shape shape;
    private final Tally tally = new Tally();
    private final List<Client> clients = new ArrayList<>();
    private final CompletableFuture<Tally> done = new CompletableFuture<>();
    private final long seed = System.nanoTime() >>> 20;
    private Vertx vertx;
    private int busy;
    private long until;

    Load(Target target, Shape shape) {
        this.target = target;
        this.shape = shape;
    }

    /**
     * What they do.
     *
     * @param tokens of each reply
     * @param pace see {@link Prompt#pace}
     * @param millis a client begins nothing more after this time; what it has begun it ends
     * @param leavings how often each client leaves and comes back in each reply
     * @param pause milliseconds between a reply and the next request of its client; where the provider holds its replies,
     *        between
     *        the openings of two streams
     */
    record Shape(int clients, int tokens, int pace, long millis, int leavings, int pause) {
        Shape(int clients, int tokens, int pace, long millis) {
            this(clients, tokens, pace, millis, 0, 0);
        }

        Shape lasting(long other) {
            return new Shape(clients, tokens, pace, other, leavings, pause);
        }
    }

    /**
     * Runs it; waits for the last client.
     *
     * @throws IllegalStateException if it takes much longer than it should: something hangs
     */
    Tally run(Vertx vertx, HttpClient http, Stamps stamps) {
        vertx.runOnContext(_ -> begin(vertx, http, stamps));
        try {
            long reply = (long) shape.tokens() * Math.max(1, shape.pace());
            return done.get(shape.millis() + 5 * reply + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(target.name() + ": " + busy + " clients are still waiting", e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(Vertx vertx, HttpClient http, Stamps stamps) {
        this.vertx = vertx;
        busy = shape.clients();
        until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(shape.millis());
        for (int slot = 0; slot < shape.clients(); slot++) {
            Client client = new Client(http, stamps, this, slot);
            clients.add(client);
            long unused = vertx.setTimer(1 + slot * spread() / shape.clients(), _ -> client.say());
        }
    }

    /** Milliseconds over which they begin: nobody's clients speak in step. */
    private long spread() {
        return switch (shape.pace()) {
            case 0 -> shape.pause();
            case Prompt.HOLD -> (long) shape.pause() * shape.clients();
            default -> 1_000;
        };
    }

    /** A client has had its reply. */
    void over(Client client) {
        if (shape.pace() != Prompt.HOLD && System.nanoTime() < until) {
            sayAgain(client, shape.pause());
        } else if (--busy == 0) {
            done.complete(tally);
        }
    }

    /** A client has had none, and does not press whoever refuses it. */
    void failed(Client client) {
        if (shape.pace() != Prompt.HOLD && System.nanoTime() < until) {
            sayAgain(client, Math.max(shape.pause(), PAUSE_AFTER_FAILURE));
        } else {
            over(client);
        }
    }

    private void sayAgain(Client client, int pause) {
        if (pause == 0) {
            client.say();
        } else {
            long unused = vertx.setTimer(pause, _ -> client.say());
        }
    }

    /** Every client goes. */
    void leave(Vertx vertx) {
        vertx.runOnContext(_ -> clients.forEach(Client::leave));
    }

    Target target() {
        return target;
    }

    Shape shape() {
        return shape;
    }

    Tally tally() {
        return tally;
    }

    long seed() {
        return seed;
    }
}

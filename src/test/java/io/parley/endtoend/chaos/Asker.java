package io.parley.endtoend.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.endtoend.chaos.Request.Outcome;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Gets one request done in spite of everything, as a careful client does: asks again with the same key on whatever replica
 * there is, and goes on reading where it was. Or gives up, as a careless one does.
 */
final class Asker {
    private static final int MOST_TRIES = 12;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(400);
    private static final Duration AFTER_REFUSED_CONNECTION = Duration.ofMillis(50);
    private static final int EVENTS_OF_THE_IMPATIENT = 40;
    private final Cluster cluster;
    private final Ledger ledger;
    private final Random random;
    private final Consumer<Duration> pause;
    private final Request request;
    private final String body;
    private View view;

    Asker(Cluster cluster, Ledger ledger, Random random, Consumer<Duration> pause, Request request, String body) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.random = random;
        this.pause = pause;
        this.request = request;
        this.body = body;
        ledger.add(request);
        look();
    }

    private void look() {
        view = new View(request.session(), "what the client saw that asked " + request.key());
        ledger.add(view);
    }

    /** Reads the reply as it grows; leaves in the middle now and then. */
    void stream() {
        for (int tries = 0; tries < MOST_TRIES && !view.isOver(); tries++) {
            boolean listens = view.turn() != null && random.nextBoolean();
            Replica.Running replica = cluster.any(random);
            boolean goesOn = listens ? listen(replica) : say(replica);
            if (!goesOn) {
                return;
            }
        }
    }

    /** Waits for the whole reply. */
    void whole() {
        for (int tries = 0; tries < MOST_TRIES && !request.isAcknowledged(); tries++) {
            Replica.Running replica = cluster.any(random);
            if (!post(replica, "Prefer", "wait=" + random.nextInt(1, 6))) {
                return;
            }
        }
        if (view.turn() != null) {
            ask(cluster.any(random));
        }
    }

    /** Starts it, and listens to it elsewhere. */
    void async() {
        for (int tries = 0; tries < MOST_TRIES && !request.isAcknowledged(); tries++) {
            if (!post(cluster.any(random), "Prefer", "respond-async")) {
                return;
            }
        }
        String turn = view.turn();
        if (turn != null) {
            look();
            view.turn(turn);
            stream();
        }
    }

    /** Asks on two replicas at once. */
    void race() {
        List<Thread> racers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Replica.Running replica = cluster.replicas().get(i).running();
            racers.add(Thread.ofVirtual().start(() -> {
                try {
                    Outcome outcome = heard(replica, send(replica, "Prefer", "wait=3"));
                    request.add(outcome);
                } catch (UncheckedIOException e) {
                    boolean unused = broken(replica, e);
                }
            }));
        }
        try {
            for (Thread racer : racers) {
                racer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer send(Replica.Running replica, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Idempotency-Key";
        all[headers.length + 1] = request.key();
        return replica.client().send("POST", turns(), body, all);
    }

    private String turns() {
        return "/sessions/" + request.session() + "/turns";
    }

    /** Asks for the turn as JSON; false if it is not worth asking again. */
    private boolean post(Replica.Running replica, String... headers) {
        try {
            Answer answer = send(replica, headers);
            Outcome outcome = heard(replica, answer);
            request.add(outcome);
            if (answer.status() < 300) {
                view = View.of(request.session(), "the JSON that answered " + request.key(), answer.json());
                ledger.add(view);
            } else if (outcome instanceof Outcome.Acknowledged(String turn)) {
                view.turn(turn);
            }
            return again(outcome);
        } catch (UncheckedIOException e) {
            return broken(replica, e);
        }
    }

    /** The turn as it stands at last. */
    private void ask(Replica.Running replica) {
        try {
            Answer answer = replica.client().send("GET", turns() + "/" + view.turn(), null, "Prefer", "wait=5");
            if (answer.status() == 200) {
                ledger.add(View.of(request.session(), "the JSON of the turn of " + request.key(), answer.json()));
            }
        } catch (UncheckedIOException e) {
            ledger.count("connection: broken");
        }
    }

    /** Asks for the stream; false if it is over, or given up. */
    private boolean say(Replica.Running replica) {
        List<String> headers = new ArrayList<>(List.of("Idempotency-Key", request.key()));
        if (view.lastId() > 0) {
            headers.addAll(List.of("Last-Event-ID", Long.toString(view.lastId())));
        }
        boolean acknowledged = false;
        try (SseStream stream = replica.client().stream(request.session(), body, headers.toArray(String[]::new))) {
            if (stream.status() == 204) {
                return nothingMore();
            }
            if (stream.status() != 200) {
                return refused(replica, stream);
            }
            acknowledged = true;
            return read(stream);
        } catch (UncheckedIOException e) {
            return acknowledged ? lost(e) : broken(replica, e);
        } finally {
            if (acknowledged) {
                request.add(new Outcome.Acknowledged(view.turn()));
            }
        }
    }

    private boolean refused(Replica.Running replica, SseStream stream) {
        String problem = stream.body();
        Outcome outcome = heard(replica, new Answer(stream.status(), stream.headers(), problem));
        request.add(outcome);
        if (outcome instanceof Outcome.Acknowledged(String turn)) {
            view.turn(turn);
        }
        return again(outcome);
    }

    /** Goes on listening; false if it is over, or given up. */
    private boolean listen(Replica.Running replica) {
        try (SseStream stream = replica.client().events(request.session(), view.turn(), "Last-Event-ID",
                Long.toString(view.lastId()))) {
            ledger.count("operation: resume");
            if (stream.status() == 200) {
                return read(stream);
            }
            if (stream.status() == 204) {
                return nothingMore();
            }
            ledger.count("answer: " + stream.status() + " to events");
            pause.accept(BETWEEN_TRIES);
            return true;
        } catch (UncheckedIOException e) {
            return lost(e);
        }
    }

    private boolean nothingMore() {
        view.trouble("204 after " + view.lastId() + ", and it never saw the end");
        return false;
    }

    private boolean read(SseStream stream) {
        int patience = random.nextInt(3) == 0 ? random.nextInt(EVENTS_OF_THE_IMPATIENT) : Integer.MAX_VALUE;
        for (int seen = 0; seen < patience; seen++) {
            Event event = stream.next();
            if (event == null) {
                view.trouble("its stream just stopped after " + view.lastId());
                return false;
            }
            if (event.name().equals("reconnect")) {
                ledger.count("event: reconnect");
                pause.accept(BETWEEN_TRIES);
                return true;
            }
            if (event.name().equals("turn") && view.turn() != null && !event.json().get("turn").asText().equals(view.turn())) {
                look();
            }
            view.take(event);
            if (view.isOver()) {
                ledger.note(request.key() + " saw " + event.name() + " of " + view.turn());
                return false;
            }
        }
        ledger.count("operation: leave");
        return random.nextInt(4) > 0;
    }

    /** What a client knows after an answer. */
    private Outcome heard(Replica.Running replica, Answer answer) {
        JsonNode json = answer.json();
        boolean stored = answer.status() < 300 || json.path("stored").asBoolean();
        Outcome outcome = stored
                ? new Outcome.Acknowledged(answer.status() < 300 ? json.get("id").asText() : json.path("turn").asText(null))
                : new Outcome.Refused(answer.status(), json.path("code").asText(),
                        answer.status() >= 500 ? replica.name() : null);
        ledger.note(request.key() + " at " + replica.name() + ": " + outcome);
        if (outcome instanceof Outcome.Refused refused) {
            ledger.count("answer: " + answer.status() + " " + refused.code());
        }
        return outcome;
    }

    private boolean again(Outcome outcome) {
        boolean again = !(outcome instanceof Outcome.Refused refused) || refused.status() >= 500
                || (refused.status() == 409 && random.nextBoolean());
        if (again) {
            pause.accept(BETWEEN_TRIES);
        }
        return again;
    }

    /** The connection broke before an answer came. */
    private boolean broken(Replica.Running replica, UncheckedIOException e) {
        // Whoever could not connect has asked nothing.
        if (!(e.getCause() instanceof ConnectException)) {
            request.add(new Outcome.Unknown());
        }
        ledger.note(request.key() + " at " + replica.name() + ": " + e.getCause().getClass().getSimpleName());
        return lost(e);
    }

    private boolean lost(UncheckedIOException e) {
        boolean refused = e.getCause() instanceof ConnectException;
        ledger.count("connection: " + (refused ? "refused" : "broken"));
        pause.accept(refused ? AFTER_REFUSED_CONNECTION : BETWEEN_TRIES);
        return true;
    }
}

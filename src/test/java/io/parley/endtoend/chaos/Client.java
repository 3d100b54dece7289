package io.parley.endtoend.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.endtoend.chaos.Ledger.Edit;
import io.parley.endtoend.chaos.Request.Kind;
import io.parley.testing.ChatClient.Answer;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A user who does one thing after the other at random, on a replica at random, until the end is called. What is done follows
 * from the seed; how the clients' steps fall together does not.
 */
final class Client implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_PAUSE_MILLIS = 300;
    private static final int NOT_SENT = 0;
    private final int number;
    private final Random random;
    private final Cluster cluster;
    private final Ledger ledger;
    private final List<String> sessions;
    private final CountDownLatch end;
    private int asked;

    Client(int number, long seed, Cluster cluster, Ledger ledger, List<String> sessions, CountDownLatch end) {
        this.number = number;
        this.random = new Random(31 * seed + number);
        this.cluster = cluster;
        this.ledger = ledger;
        this.sessions = sessions;
        this.end = end;
    }

    @Override
    public void run() {
        while (end.getCount() > 0) {
            try {
                step();
            } catch (UncheckedIOException e) {
                ledger.count("connection: " + (e.getCause() instanceof ConnectException ? "refused" : "broken"));
            }
            pause(Duration.ofMillis(random.nextInt(1, LONGEST_PAUSE_MILLIS)));
        }
    }

    private void step() {
        String session = sessions.get(random.nextInt(sessions.size()));
        int dice = random.nextInt(100);
        if (dice < 70) {
            ask(session, dice < 50 ? Kind.SAY : dice < 57 ? Kind.REPLACE : dice < 66 ? Kind.REGENERATE : Kind.STANDS);
        } else if (dice < 82) {
            cancel(session);
        } else if (dice < 90) {
            edit(session);
        } else if (dice < 93) {
            remove(session);
        } else {
            ledger.count("operation: look");
            Answer unused = cluster.any(random).client().send("GET", "/sessions/" + session + "/messages", null);
        }
    }

    private void pause(Duration time) {
        try {
            boolean unused = end.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(String session, Kind wanted) {
        JsonNode replaced = wanted == Kind.REPLACE ? message(session, true) : null;
        Kind kind = wanted == Kind.REPLACE && replaced == null ? Kind.SAY : wanted;
        String input = kind.says() ? "ask-" + number + "-" + ++asked : null;
        String key = "key-" + number + "-" + (kind.says() ? asked : "again-" + ++asked);
        String body = body(kind, input, key, replaced);
        Asker asker = new Asker(cluster, ledger, random, this::pause, new Request(session, key, kind, input), body);
        ledger.count("operation: " + kind);
        int way = random.nextInt(10);
        ledger.note(key + " " + kind + " in " + session
                + (way < 5 ? " stream" : way < 7 ? " whole" : way < 9 ? " async" : " race"));
        if (way < 5) {
            asker.stream();
        } else if (way < 7) {
            asker.whole();
        } else if (way < 9) {
            asker.async();
        } else {
            asker.race();
        }
    }

    private String body(Kind kind, String input, String key, JsonNode replaced) {
        ObjectNode body = JSON.createObjectNode();
        if (kind.says()) {
            body.put("content", words(input));
        }
        if (kind == Kind.REPLACE) {
            body.put("replaces", replaced.get("id").asText());
        }
        if (kind == Kind.REGENERATE) {
            body.put("regenerate", true);
        }
        choose(body, "ifRunning", "reject", "cancel", "wait");
        choose(body, "onCrash", "interrupt", "restart");
        choose(body, "onDisconnect", "continue", "cancel");
        body.putObject("metadata").put("key", key);
        return body.toString();
    }

    /** Sets a field to one of these, or leaves it out. */
    private void choose(ObjectNode body, String field, String... values) {
        int choice = random.nextInt(values.length * 3);
        if (choice < values.length) {
            body.put(field, values[choice]);
        }
    }

    private String words(String input) {
        int dice = random.nextInt(20);
        String mishap = dice == 0 ? " refused" : dice <= 2 ? " cut=" + random.nextInt(30) : "";
        return input + ": words=" + random.nextInt(5, 120) + mishap;
    }

    /** A message at random; null if there is none. */
    private JsonNode message(String session, boolean ofUser) {
        Answer answer = cluster.any(random).client().send("GET", "/sessions/" + session + "/messages?limit=20", null);
        if (answer.status() != 200) {
            return null;
        }
        List<JsonNode> found = answer.json().get("data").valueStream()
                .filter(message -> !ofUser || message.get("role").asText().equals("user")).toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    private void cancel(String session) {
        Answer turns = cluster.any(random).client().send("GET", "/sessions/" + session + "/turns?limit=2", null);
        if (turns.status() != 200 || turns.json().get("data").isEmpty()) {
            return;
        }
        ledger.count("operation: cancel");
        String turn = turns.at("/data/0/id");
        Answer answer = cluster.any(random).client().send("POST", "/sessions/" + session + "/turns/" + turn + "/cancel", null);
        ledger.note("cancel of " + turn + ": " + answer.status());
        if (answer.status() == 200) {
            ledger.add(View.of(session, "the JSON that answered a cancel", answer.json()));
        } else {
            ledger.count("answer: " + answer.status() + " to cancel");
        }
    }

    private void edit(String session) {
        JsonNode message = message(session, true);
        if (message == null) {
            return;
        }
        ledger.count("operation: edit");
        String id = message.get("id").asText();
        String text = words(Echo.input(History.text(message.get("content")))) + " edit=" + number + "-" + ++asked;
        Integer status = change("PATCH", session, id, JSON.createObjectNode().put("content", text).toString());
        if (status == null || status == 200) {
            ledger.edited(new Edit(session, id, text, status != null));
        }
    }

    private void remove(String session) {
        JsonNode message = message(session, false);
        if (message == null) {
            return;
        }
        ledger.count("operation: delete");
        String id = message.get("id").asText();
        Integer status = change("DELETE", session, id, null);
        if (status == null || status == 204) {
            ledger.removed(new Edit(session, id, null, status != null));
        }
    }

    /** The status of the answer; null if it is unknown whether it happened: a store that did not answer may have done it. */
    private Integer change(String method, String session, String message, String body) {
        String path = "/sessions/" + session + "/messages/" + message;
        try {
            Answer answer = cluster.any(random).client().send(method, path, body);
            ledger.note(method + " " + path + ": " + answer.status());
            if (answer.status() >= 400) {
                ledger.count("answer: " + answer.status() + " to " + method);
            }
            return answer.status() == 503 ? null : Integer.valueOf(answer.status());
        } catch (UncheckedIOException e) {
            ledger.note(method + " " + path + ": " + e.getCause());
            return e.getCause() instanceof ConnectException ? Integer.valueOf(NOT_SENT) : null;
        }
    }
}

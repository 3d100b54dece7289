package io.parley.benchmark;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

/** One client: says one thing after the other, as long as it is to, and checks what it is told. All on one event loop. */
final class Client {
    private final HttpClient http;
    private final Stamps stamps;
    private final Load load;
    private final int slot;
    private Reception reception;
    private HttpClientRequest request;
    private int connection;
    private int leavings;
    private boolean held;
    private long nextKey;

    Client(HttpClient http, Stamps stamps, Load load, int slot) {
        this.http = http;
        this.stamps = stamps;
        this.load = load;
        this.slot = slot;
        this.nextKey = load.seed() + slot * 1_000_003L;
    }

    /** Says the next thing, in a session of its own where the target wants one. */
    void say() {
        if (load.target().opens()) {
            open();
        } else {
            ask();
        }
    }

    private void open() {
        int mine = ++connection;
        var unused = http.request(request(HttpMethod.POST, Target.SESSIONS))
                .compose(made -> made.send(Buffer.buffer(load.target().opening())))
                .compose(HttpClientResponse::body)
                .onSuccess(body -> {
                    load.target().opened(slot, body.toString());
                    ask();
                })
                .onFailure(failure -> broken(mine, failure.toString()));
    }

    private void ask() {
        Prompt prompt = new Prompt(slot, nextKey++, load.shape().tokens(), load.shape().pace());
        reception = new Reception(prompt, stamps, load.tally(), load.shape().leavings() == 0);
        leavings = load.shape().leavings();
        connect(HttpMethod.POST, load.target().path(slot), load.target().body(prompt));
    }

    private void connect(HttpMethod method, String path, String body) {
        int mine = ++connection;
        var unused = http.request(request(method, path).putHeader("accept", "text/event-stream"))
                .compose(made -> {
                    request = made;
                    return body.isEmpty() ? made.send() : made.send(Buffer.buffer(body));
                })
                .onSuccess(answer -> read(mine, answer))
                .onFailure(failure -> broken(mine, failure.toString()));
    }

    private RequestOptions request(HttpMethod method, String path) {
        return new RequestOptions().setMethod(method).setHost("127.0.0.1").setPort(load.target().port()).setURI(path)
                .putHeader("content-type", "application/json");
    }

    private void read(int mine, HttpClientResponse answer) {
        if (answer.statusCode() != 200) {
            answer.body().onComplete(body -> {
                if (answer.request().getMethod() == HttpMethod.POST) {
                    load.target().refused(slot, String.valueOf(body.result()));
                }
                broken(mine, "status " + answer.statusCode() + ": " + body.result());
            });
            return;
        }
        EventSplitter splitter = new EventSplitter(event -> take(mine, event));
        answer.exceptionHandler(failure -> broken(mine, failure.toString()));
        answer.handler(splitter::write);
        answer.endHandler(_ -> broken(mine, "no end"));
    }

    private void take(int mine, String event) {
        if (mine != connection) {
            return;
        }
        switch (heard(event)) {
            case END -> {
                connection++;
                reception.end();
                load.over(this);
            }
            case FAILURE -> broken(mine, event);
            case MORE -> {
                if (!held && reception.tokens() == 1 && load.shape().pace() == Prompt.HOLD) {
                    held = true;
                    load.over(this);
                }
                leaveIfDue();
            }
        }
    }

    /** What cannot be read is as wrong as a wrong character. */
    private Target.Heard heard(String event) {
        try {
            return load.target().hear(event, reception);
        } catch (RuntimeException unreadable) {
            reception.fail("an event that cannot be read: " + unreadable);
            return Target.Heard.FAILURE;
        }
    }

    private void leaveIfDue() {
        int away = load.shape().leavings() - leavings + 1;
        if (leavings > 0 && reception.tokens() >= away * load.shape().tokens() / (load.shape().leavings() + 1)) {
            leavings--;
            leave();
            load.tally().resumed++;
            connect(HttpMethod.GET, load.target().resumePath(slot), "");
        }
    }

    private void broken(int mine, String how) {
        if (mine == connection) {
            connection++;
            load.tally().error(how);
            if (!held) {
                load.failed(this);
            }
        }
    }

    /** Goes without a word. */
    void leave() {
        connection++;
        if (request != null) {
            var unused = request.connection().close();
        }
    }
}

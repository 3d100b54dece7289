package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Everything happens on one Vert.x context, that of the caller.
 * <p>
 * Once it is {@link #over}, its listener hears nothing more; handlers stay attached and do nothing, so that late bytes make
 * no noise in the log.
 */
final class Attempt implements Cancellable {
    private static final Logger LOG = Logger.getLogger(Attempt.class);
    private static final long HTTP2_CANCEL = 8;

    private final Vertx vertx;
    private final CallLoop loop;
    private final HttpClient client;
    private final UpstreamConfig config;
    private final InstantSource clock;
    private final ReplyReader reader;
    private final ReplyListener listener;
    private final ReplySink sink;
    private final AttemptClock time;
    private @Nullable HttpClientRequest request;
    private @Nullable AnswerBody body;
    private boolean over;
    private boolean answered;
    private long drainTimer = -1;
    private List<String> secrets = List.of();

    Attempt(Vertx vertx, HttpClient client, UpstreamConfig config, long replyLimit, InstantSource clock,
            ReplyReader reader, ReplyListener listener) {
        this.vertx = vertx;
        this.loop = CallLoop.here(vertx);
        this.client = client;
        this.config = config;
        this.clock = clock;
        this.reader = reader;
        this.listener = listener;
        this.sink = new ReplySink(replyLimit, this::tell);
        this.time = new AttemptClock(vertx, config, this::late, this::endMissing);
    }

    void start(ProviderRequest what) {
        secrets = what.secrets();
        loop.run(() -> connect(what));
    }

    private void connect(ProviderRequest what) {
        if (over) {
            return;
        }
        time.start();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(what.url().toString())
                .setConnectTimeout(config.connect().toMillis());
        options.putHeader("content-type", "application/json").putHeader("accept", "text/event-stream");
        what.headers().forEach(options::putHeader);
        client.request(options).onComplete(connected -> send(connected, what));
    }

    private void send(AsyncResult<HttpClientRequest> connected, ProviderRequest what) {
        if (connected.failed()) {
            fail(ErrorClassifier.ofConnecting(connected.cause()));
            return;
        }
        HttpClientRequest sending = connected.result();
        request = sending;
        sending.exceptionHandler(_ -> brokenOff());
        if (over) {
            sending.reset(HTTP2_CANCEL);
            return;
        }
        sending.response().onComplete(head -> {
            if (head.succeeded()) {
                receive(head.result());
            } else {
                brokenOff();
            }
        });
        sending.end(what.body());
    }

    private void receive(HttpClientResponse head) {
        time.heard(0);
        head.exceptionHandler(_ -> brokenOff());
        AnswerBody receiving;
        try {
            receiving = AnswerBody.of(head, config, clock, reader, sink);
        } catch (Failure e) {
            fail(e);
            return;
        }
        body = receiving;
        head.handler(chunk -> read(receiving, chunk));
        head.endHandler(_ -> {
            answered = true;
            vertx.cancelTimer(drainTimer);
            endBody();
            finishOrFail();
        });
    }

    /** Reads the next bytes and draws the consequences. An attempt that is over reads nothing. */
    private void read(AnswerBody receiving, Buffer chunk) {
        if (over) {
            return;
        }
        try {
            receiving.write(chunk);
        } catch (RuntimeException e) {
            unreadable(e);
        }
        afterReading();
    }

    /** Reads the event that has begun. An event with content that broke off fails the call, although a reason came before. */
    private void endBody() {
        if (over || body == null) {
            return;
        }
        try {
            body.end();
        } catch (RuntimeException e) {
            unreadable(e);
        }
        afterReading();
    }

    private void unreadable(RuntimeException why) {
        if (why instanceof Failure known) {
            fail(known);
        } else {
            // The message may hold what the model said, so only its kind and place are logged.
            LOG.warnf("A provider's answer could not be read: %s at %s", why.getClass().getName(), why.getStackTrace()[0]);
            fail(ErrorClass.MODEL_OUTPUT_INVALID.failure());
        }
    }

    private void tell(ReplyEvent event) {
        if (!over) {
            listener.onEvent(event);
        }
    }

    private void afterReading() {
        if (over) {
            return;
        }
        time.heard(sink.contents());
        if (sink.isFull()) {
            // The provider reports its usage at the end of the reply, and this reply is cut before its end.
            complete(new Finished(FinishReason.LENGTH, "reply-limit", null, reader.responseId()));
            close();
        } else if (reader.isEnded()) {
            finish();
        } else if (isReasonLast()) {
            time.awaitEnd();
        }
    }

    /**
     * Returns whether the provider's reason ends the reply. Some servers write a reason in every chunk, or before the answer.
     * Such a reply ends only with its stream.
     */
    private boolean isReasonLast() {
        return reader.isFinished() && sink.hasMoreThanThoughts() && !sink.wentOn();
    }

    private void endMissing() {
        if (isReasonLast()) {
            endEarly(ErrorClass.STREAM_TRUNCATED);
        }
    }

    private void brokenOff() {
        answered = true;
        if (over) {
            return;
        }
        if (body == null) {
            fail(ErrorClass.UNREACHABLE.failure());
        } else {
            endEarly(ErrorClass.STREAM_TRUNCATED);
        }
    }

    private void late() {
        endEarly(ErrorClass.TIMEOUT);
    }

    /**
     * Ends the attempt with the bytes so far. They are enough for an error, for a whole JSON value, and after the last reason.
     */
    private void endEarly(ErrorClass why) {
        if (isReasonLast() || (body != null && body.isEnough())) {
            endBody();
        }
        if (!over && isReasonLast()) {
            finish();
        }
        fail(why.failure());
    }

    private void finishOrFail() {
        if (over) {
            return;
        }
        if (reader.isFinished()) {
            finish();
        } else {
            fail(ErrorClass.STREAM_TRUNCATED.failure());
        }
    }

    private void finish() {
        Finished last;
        try {
            last = reader.finish(sink);
        } catch (Failure e) {
            fail(e);
            return;
        }
        complete(last);
        drain();
    }

    private void complete(Finished last) {
        if (over) {
            return;
        }
        over = true;
        time.stop();
        listener.onEvent(last);
        listener.onCompletion();
    }

    /** Lets the answer run out for a moment: then its connection can be used again. */
    private void drain() {
        if (!answered) {
            drainTimer = vertx.setTimer(Math.max(1, config.afterFinish().toMillis()), _ -> close());
        }
    }

    private void fail(Failure failure) {
        if (over) {
            return;
        }
        boolean whole = answered || reader.isEnded();
        close();
        listener.onFailure(failure instanceof Failure.Provider known ? told(known, whole) : failure);
    }

    private Failure told(Failure.Provider failure, boolean whole) {
        Failure.Provider safe = ProviderWords.without(failure, secrets);
        return isPaid(safe, whole) ? safe.afterAnswer() : safe;
    }

    /** Returns whether the provider charges for the call: it has sent content, or a whole body that Parley cannot read. */
    private boolean isPaid(Failure.Provider failure, boolean whole) {
        return sink.contents() > 0
                || (whole && failure.retryable() && failure.code() == ErrorClass.MODEL_OUTPUT_INVALID.code());
    }

    @Override
    public void cancel() {
        loop.run(() -> {
            if (!over) {
                close();
            }
        });
    }

    private void close() {
        over = true;
        time.stop();
        vertx.cancelTimer(drainTimer);
        if (request != null && !answered) {
            request.reset(HTTP2_CANCEL);
        }
    }
}

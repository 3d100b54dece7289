package io.parley.provider;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.parley.conversation.Failure;
import io.parley.conversation.Failure.Refusal;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Everything happens on one Vert.x context, that of the subscriber.
 * <p>
 * Once {@link #over}, nothing is emitted any more; handlers stay attached and do nothing, so that what arrives late makes
 * no noise in the log.
 */
final class Attempt {
    private static final Logger LOG = Logger.getLogger(Attempt.class);
    private static final long HTTP2_CANCEL = 8;

    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final UpstreamConfig config;
    private final InstantSource clock;
    private final ReplyReader reader;
    private final MultiEmitter<? super ReplyEvent> out;
    private final ReplySink sink;
    private final AttemptClock time;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private @Nullable AnswerBody body;
    private boolean over;
    private boolean answered;
    private volatile boolean paused;
    private long finishTimer = -1;
    private List<String> secrets = List.of();

    Attempt(Vertx vertx, HttpClient client, UpstreamConfig config, long replyLimit, InstantSource clock,
            ReplyReader reader, MultiEmitter<? super ReplyEvent> out) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.config = config;
        this.clock = clock;
        this.reader = reader;
        this.out = out;
        this.sink = new ReplySink(replyLimit, out::emit);
        this.time = new AttemptClock(vertx, config, () -> !paused, this::late);
    }

    void start(ProviderRequest what) {
        secrets = what.secrets();
        out.onTermination(() -> context.runOnContext(_ -> abandon()));
        out.onRequest(_ -> resumeIfPaused());
        if (Vertx.currentContext() == context) {
            connect(what);
        } else {
            context.runOnContext(_ -> connect(what));
        }
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
            fail(notConnected(connected.cause()));
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

    private static Failure notConnected(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                    "Too many calls wait for the provider. Try again.", Duration.ofSeconds(1), null);
        }
        boolean late = cause instanceof ConnectTimeoutException || cause instanceof TimeoutException
                || cause instanceof SslHandshakeTimeoutException;
        return (late ? ErrorClass.TIMEOUT : ErrorClass.UNREACHABLE).failure();
    }

    private void receive(HttpClientResponse head) {
        response = head;
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
        head.handler(chunk -> guarded(() -> receiving.write(chunk)));
        head.endHandler(_ -> {
            answered = true;
            guarded(receiving::end);
            finishOrFail();
        });
    }

    /** Does a step of reading and draws the consequences; what is already over stays so. */
    private void guarded(Runnable step) {
        if (over) {
            return;
        }
        try {
            step.run();
        } catch (Failure e) {
            fail(e);
        } catch (RuntimeException e) {
            // The message may hold what the model said, so only its kind and place are logged.
            LOG.warnf("A provider's answer could not be read: %s at %s", e.getClass().getName(), e.getStackTrace()[0]);
            fail(ErrorClass.MODEL_OUTPUT_INVALID.failure());
        }
        if (!over) {
            afterStep();
        }
    }

    private void afterStep() {
        time.heard(sink.contents());
        if (sink.isFull()) {
            // The provider reports its usage at the end of the reply, and this reply is cut before its end.
            complete(new Finished(FinishReason.LENGTH, "reply-limit", null, reader.responseId()));
            close();
        } else if (reader.isEnded()) {
            finish();
        } else if (isReasonLast() && finishTimer < 0) {
            awaitEnd(config.afterFinish().toMillis(), false);
        } else if (out.requested() == 0 && response != null) {
            paused = true;
            response.pause();
        }
    }

    /**
     * Returns whether the provider's reason ends the reply. Some servers write a reason in every chunk, or before the answer.
     * Such a reply ends only with its stream.
     */
    private boolean isReasonLast() {
        return reader.isFinished() && sink.hasMoreThanThoughts() && !sink.wentOn();
    }

    /**
     * Waits for the usage and the end of the stream after a finish reason. Each content starts the wait again.
     *
     * @param sure whether the event loop has read all bytes that came while it was busy
     */
    private void awaitEnd(long millis, boolean sure) {
        finishTimer = vertx.setTimer(Math.max(1, millis), _ -> {
            long left = time.untilWithoutContent(config.afterFinish());
            if (left > 0) {
                awaitEnd(left, false);
            } else if (!sure) {
                awaitEnd(1, true);
            } else if (isReasonLast()) {
                endEarly(ErrorClass.STREAM_TRUNCATED);
            }
        });
    }

    private void resumeIfPaused() {
        if (paused) {
            context.runOnContext(_ -> {
                paused = false;
                time.restart();
                if (response != null) {
                    response.resume();
                }
            });
        }
    }

    private void brokenOff() {
        answered = true;
        if (over) {
            return;
        }
        if (response == null) {
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

    /** Reads the event that has begun. An event with content that broke off fails the call, although a reason came before. */
    private void endBody() {
        AnswerBody begun = body;
        if (begun != null) {
            guarded(begun::end);
        }
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
        over = true;
        time.stop();
        vertx.cancelTimer(finishTimer);
        out.emit(last);
        out.complete();
    }

    /** Lets the answer run out for a moment: then its connection can be used again. */
    private void drain() {
        if (answered) {
            return;
        }
        finishTimer = vertx.setTimer(Math.max(1, config.afterFinish().toMillis()), _ -> close());
        if (response != null) {
            response.endHandler(_ -> {
                answered = true;
                vertx.cancelTimer(finishTimer);
            });
            response.resume();
        }
    }

    private void fail(Failure failure) {
        if (over) {
            return;
        }
        boolean whole = answered || reader.isEnded();
        close();
        out.fail(failure instanceof Failure.Provider known ? told(known, whole) : failure);
    }

    private Failure told(Failure.Provider failure, boolean whole) {
        Refusal refusal = failure.refusal();
        Failure.Provider safe = refusal == null ? failure
                : failure.saying(new Refusal(refusal.message(), refusal.wantsReasoning(),
                        ProviderWords.without(refusal.words(), secrets)));
        return isPaid(safe, whole) ? safe.afterAnswer() : safe;
    }

    /** Returns whether the provider charges for the call: it has sent content, or a whole body that Parley cannot read. */
    private boolean isPaid(Failure.Provider failure, boolean whole) {
        return sink.contents() > 0
                || (whole && failure.retryable() && failure.code() == ErrorClass.MODEL_OUTPUT_INVALID.code());
    }

    /** The subscriber has left, or has been told the end. */
    private void abandon() {
        if (!over) {
            close();
        }
    }

    private void close() {
        over = true;
        time.stop();
        vertx.cancelTimer(finishTimer);
        if (request != null && !answered) {
            request.reset(HTTP2_CANCEL);
        }
    }
}

package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.conversation.ReplyEvent.Used;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One call with its repetitions. An attempt is repeated only while nothing but usage has come, only for the provider's own
 * failures, only if the failure is marked as retryable, and never after an answer that the provider charges for.
 */
final class RepeatedCall {
    /** Null once something was said: nothing is repeated then, and the call, which may be large, need not be kept. */
    private @Nullable Multi<ReplyEvent> attempt;
    private final UpstreamConfig config;
    private final Vertx vertx;
    private final ToLongFunction<Duration> jitter;
    private final long started = System.nanoTime();
    private int failed;
    private boolean content;
    private Usage usedBefore = Usage.NONE;
    private Usage usedNow = Usage.NONE;

    RepeatedCall(Multi<ReplyEvent> attempt, UpstreamConfig config, Vertx vertx, ToLongFunction<Duration> jitter) {
        this.attempt = attempt;
        this.config = config;
        this.vertx = vertx;
        this.jitter = jitter;
    }

    Multi<ReplyEvent> stream() {
        Multi<ReplyEvent> all = attempts();
        return all.plug(upstream -> new Deadline(upstream, vertx, config.total()));
    }

    private Multi<ReplyEvent> attempts() {
        return Multi.createFrom().deferred(this::next)
                .onItem().transform(this::seen)
                .onFailure(Failure.Provider.class).recoverWithMulti(this::again);
    }

    /** Not named where the operators are joined, as they would keep it as long as the reply runs. */
    private Multi<ReplyEvent> next() {
        return attempt == null ? Multi.createFrom().empty() : attempt;
    }

    /** Remembers what an event means for repetition, and adds what failed attempts have used. */
    private ReplyEvent seen(ReplyEvent event) {
        return switch (event) {
            case Used used -> {
                usedNow = used.usage();
                yield new Used(usedBefore.plus(usedNow));
            }
            case Finished end -> new Finished(end.reason(), end.rawReason(), total(end.usage()), end.responseId());
            case ReplyEvent.Text _,ReplyEvent.Refusal _,ReplyEvent.Thinking _,ReplyEvent.Block _ -> {
                content = true;
                attempt = null;
                yield event;
            }
        };
    }

    private @Nullable Usage total(@Nullable Usage usage) {
        return usage == null || usedBefore.equals(Usage.NONE) ? usage : usedBefore.plus(usage);
    }

    private Multi<ReplyEvent> again(Throwable failure) {
        Duration pause = failure instanceof Failure.Provider reason ? pauseBeforeRepeating(reason) : null;
        if (pause == null) {
            return Multi.createFrom().failure(failure);
        }
        failed++;
        usedBefore = usedBefore.plus(usedNow);
        usedNow = Usage.NONE;
        return after(pause).onItem().transformToMulti(_ -> attempts());
    }

    /** How long to wait before the next attempt; null if there is none. */
    private @Nullable Duration pauseBeforeRepeating(Failure.Provider reason) {
        if (content || reason.answered() || !reason.retryable() || failed >= config.retries()) {
            return null;
        }
        Duration asked = reason.retryAfter();
        Duration pause = asked != null ? asked : Duration.ofMillis(jitter.applyAsLong(backoff()));
        boolean tooLong = pause.compareTo(config.retryAfterCap()) > 0;
        boolean tooLate = System.nanoTime() - started + pause.toNanos() >= config.total().toNanos();
        return tooLong || tooLate ? null : pause;
    }

    private Duration backoff() {
        Duration doubled = config.backoff().multipliedBy(1L << Math.min(failed, 16));
        return doubled.compareTo(config.retryAfterCap()) < 0 ? doubled : config.retryAfterCap();
    }

    /** On the context of the attempt that failed, so that the next one runs there too. */
    private Uni<Long> after(Duration pause) {
        return Uni.createFrom().emitter(out -> {
            long timer = vertx.setTimer(Math.max(1, pause.toMillis()), out::complete);
            out.onTermination(() -> vertx.cancelTimer(timer));
        });
    }
}

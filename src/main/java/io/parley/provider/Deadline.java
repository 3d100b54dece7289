package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.AbstractMultiOperator;
import io.smallrye.mutiny.operators.multi.MultiOperatorProcessor;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Flow.Subscription;

/** Ends a reply that is not over in time: cancels it and fails with {@link ErrorClass#TIMEOUT}. */
final class Deadline extends AbstractMultiOperator<ReplyEvent, ReplyEvent> {
    private final Vertx vertx;
    private final Duration limit;

    Deadline(Multi<ReplyEvent> upstream, Vertx vertx, Duration limit) {
        super(upstream);
        this.vertx = vertx;
        this.limit = limit;
    }

    @Override
    public void subscribe(MultiSubscriber<? super ReplyEvent> downstream) {
        upstream.subscribe().withSubscriber(new Watched(downstream, vertx, limit));
    }

    /** Holds nothing of the call, which may be large, while the reply runs. */
    private static final class Watched extends MultiOperatorProcessor<ReplyEvent, ReplyEvent> {
        private final Vertx vertx;
        private final Duration limit;
        private volatile long timer = -1;

        Watched(MultiSubscriber<? super ReplyEvent> downstream, Vertx vertx, Duration limit) {
            super(downstream);
            this.vertx = vertx;
            this.limit = limit;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            timer = vertx.setTimer(Math.max(1, limit.toMillis()), _ -> late());
            super.onSubscribe(subscription);
        }

        private void late() {
            if (!isDone()) {
                Subscription running = getUpstreamSubscription();
                super.onFailure(ErrorClass.TIMEOUT.failure());
                running.cancel();
            }
        }

        @Override
        public void onFailure(Throwable failure) {
            vertx.cancelTimer(timer);
            super.onFailure(failure);
        }

        @Override
        public void onCompletion() {
            vertx.cancelTimer(timer);
            super.onCompletion();
        }

        @Override
        public void cancel() {
            vertx.cancelTimer(timer);
            super.cancel();
        }
    }
}

package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.AbstractMultiOperator;
import io.smallrye.mutiny.operators.multi.MultiOperatorProcessor;
import io.smallrye.mutiny.subscription.MultiSubscriber;

/**
 * Tells somebody how an attempt fares. Mutiny's own operators hold what comes before them while the reply runs; here that is
 * the call, which may hold many images.
 */
final class Watched extends AbstractMultiOperator<ReplyEvent, ReplyEvent> {
    private final Watcher watcher;

    /** @param watcher of one subscription */
    Watched(Multi<ReplyEvent> attempt, Watcher watcher) {
        super(attempt);
        this.watcher = watcher;
    }

    /** Whoever is told; each is called before those who are downstream. Cancelling may come after an end. */
    interface Watcher {

        default void heard(ReplyEvent event) {
        }

        void failed(Throwable failure);

        void completed();

        void cancelled();
    }

    @Override
    public void subscribe(MultiSubscriber<? super ReplyEvent> downstream) {
        upstream.subscribe().withSubscriber(new Processor(downstream, watcher));
    }

    private static final class Processor extends MultiOperatorProcessor<ReplyEvent, ReplyEvent> {
        private final Watcher watcher;

        Processor(MultiSubscriber<? super ReplyEvent> downstream, Watcher watcher) {
            super(downstream);
            this.watcher = watcher;
        }

        @Override
        public void onItem(ReplyEvent event) {
            if (!isDone()) {
                watcher.heard(event);
            }
            super.onItem(event);
        }

        @Override
        public void onFailure(Throwable failure) {
            if (!isDone()) {
                watcher.failed(failure);
            }
            super.onFailure(failure);
        }

        @Override
        public void onCompletion() {
            if (!isDone()) {
                watcher.completed();
            }
            super.onCompletion();
        }

        @Override
        public void cancel() {
            watcher.cancelled();
            super.cancel();
        }
    }
}

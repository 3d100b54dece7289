package io.parley.provider;

import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/** The event loop of one call. All steps of the call run on it, so that they need no lock. */
interface CallLoop {

    /** Runs a step: at once if the caller is on the loop, else as soon as the loop is free. */
    void run(Runnable step);

    /** Runs a step on the loop after this time, unless the caller, which is on the loop, cancels it before. */
    Cancellable after(Duration time, Runnable step);

    /** Returns the loop of the context that the caller is on; a new loop if the caller is on none. */
    static CallLoop here(Vertx vertx) {
        return new OnContext(vertx, vertx.getOrCreateContext());
    }

    /** The event loop behind a context. */
    record OnContext(Vertx vertx, Context context) implements CallLoop {

        @Override
        public void run(Runnable step) {
            if (Vertx.currentContext() == context) {
                step.run();
            } else {
                context.runOnContext(_ -> step.run());
            }
        }

        @Override
        public Cancellable after(Duration time, Runnable step) {
            long timer = vertx.setTimer(Math.max(1, time.toMillis()), _ -> step.run());
            return () -> vertx.cancelTimer(timer);
        }
    }
}

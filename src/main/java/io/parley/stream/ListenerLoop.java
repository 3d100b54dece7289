package io.parley.stream;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of a listener.
 *
 * @param context null for a caller that has none; then each step is done at once
 */
record ListenerLoop(@Nullable ContextInternal context) {

    /** The caller's. */
    static ListenerLoop here() {
        return new ListenerLoop((ContextInternal) Vertx.currentContext());
    }

    /** Does a step there: at once if the caller is there, later otherwise. */
    void run(Runnable step) {
        if (context == null || context.nettyEventLoop().inEventLoop()) {
            step.run();
        } else {
            context.runOnContext(_ -> step.run());
        }
    }
}

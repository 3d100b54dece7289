package io.parley.provider;

import io.smallrye.mutiny.subscription.Cancellable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An attempt that begins when its request has been rendered on another thread. It holds nothing of the request. */
final class LaterAttempt implements Cancellable {
    private final CallLoop loop;
    private final ReplyListener listener;
    private volatile boolean cancelled;
    private @Nullable Cancellable attempt;

    LaterAttempt(CallLoop loop, ReplyListener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Returns whether the caller has left. Thread-safe. */
    boolean isCancelled() {
        return cancelled;
    }

    /** Begins the attempt, unless the caller has left. Called on the loop. */
    void begin(Supplier<Cancellable> beginning) {
        if (!cancelled) {
            attempt = beginning.get();
        }
    }

    /** Tells that there is no attempt, as nothing could be rendered. Called on the loop. */
    void fail(Throwable failure) {
        if (!cancelled) {
            listener.onFailure(failure);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        loop.run(() -> {
            if (attempt != null) {
                attempt.cancel();
            }
        });
    }
}

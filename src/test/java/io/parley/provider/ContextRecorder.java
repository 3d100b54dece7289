package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Notes the contexts on which a reply is heard. */
final class ContextRecorder implements ReplyListener {
    private final Set<Context> contexts = new HashSet<>();
    private final CompletableFuture<Set<Context>> all = new CompletableFuture<>();

    void listenTo(ReplySource source) {
        Cancellable unused = source.begin(this);
    }

    /** Waits for the end of the reply, whether it is whole or not. */
    Set<Context> contexts() {
        return all.orTimeout(1, TimeUnit.MINUTES).join();
    }

    @Override
    public void onEvent(ReplyEvent event) {
        contexts.add(Vertx.currentContext());
    }

    @Override
    public void onCompletion() {
        contexts.add(Vertx.currentContext());
        all.complete(contexts);
    }

    @Override
    public void onFailure(Throwable failure) {
        contexts.add(Vertx.currentContext());
        all.complete(contexts);
    }
}

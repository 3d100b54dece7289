package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A listener at a cursor, on an event loop, as a client's stream is. It takes events only when a test asks for them.
 *
 * @param <E> an event with its id
 */
public final class Listener<E> implements CursorListener {
    private final Cursor<E> cursor;
    private final Context loop;
    private @Nullable UniEmitter<? super List<E>> asking;

    private Listener(Cursor<E> cursor, Context loop) {
        this.cursor = cursor;
        this.loop = loop;
    }

    /** Begins to listen. */
    public static <E> Listener<E> at(Vertx vertx, Cursor<E> cursor) {
        Listener<E> listener = new Listener<>(cursor, vertx.getOrCreateContext());
        listener.loop.runOnContext(_ -> cursor.listen(listener));
        return listener;
    }

    /** The next events, as soon as there are some; empty when none will follow. Cancelling the wait takes none. */
    public Uni<List<E>> next() {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean over = new AtomicBoolean();
            emitter.onTermination(() -> {
                over.set(true);
                loop.runOnContext(_ -> asking = asking == emitter ? null : asking);
            });
            loop.runOnContext(_ -> {
                if (!over.get()) {
                    asking = emitter;
                    more();
                }
            });
        });
    }

    @Override
    public void more() {
        List<E> events = asking == null ? null : cursor.take();
        if (events != null) {
            answered().complete(events);
        }
    }

    @Override
    public void failed(Throwable failure) {
        if (asking != null) {
            answered().fail(failure);
        }
    }

    private UniEmitter<? super List<E>> answered() {
        UniEmitter<? super List<E>> answered = Objects.requireNonNull(asking);
        asking = null;
        return answered;
    }

    /** Whether nothing can be taken now. */
    boolean hasNothing() {
        CompletableFuture<Boolean> nothing = new CompletableFuture<>();
        loop.runOnContext(_ -> nothing.complete(cursor.take() == null));
        return nothing.join();
    }

    /** Leaves. Repeatable. */
    public void close() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            cursor.close();
            left.complete(null);
        });
        left.join();
    }
}

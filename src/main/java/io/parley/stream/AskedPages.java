package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pages of events that have to be asked for, as the pages of a store. It asks for a page when the page before has been taken,
 * and holds at most one. Only for the event loop of its listener.
 *
 * @param <E> an event with its id
 */
final class AskedPages<E> {
    private final Supplier<Uni<List<E>>> question;
    private @Nullable CursorListener listener;
    private @Nullable List<E> page;
    private @Nullable Cancellable wait;
    private State state = State.IDLE;
    private boolean taking;

    private enum State {
        IDLE,
        ASKING,
        /** The listener has left: nothing is asked any more. */
        OVER
    }

    /** @param question asks for the next page, which is empty if no event will follow; it may wait for events */
    AskedPages(Supplier<Uni<List<E>>> question) {
        this.question = question;
    }

    void listen(CursorListener told) {
        listener = told;
    }

    /** As {@link Cursor#take}. */
    @Nullable
    List<E> take() {
        if (page == null && state == State.IDLE) {
            taking = true;
            ask();
            taking = false;
        }
        List<E> taken = page;
        page = null;
        return taken;
    }

    private void ask() {
        Executor loop = Loop.ofCaller();
        state = State.ASKING;
        Cancellable begun = Uni.createFrom().deferred(() -> question.get()).subscribe().with(
                next -> loop.execute(() -> answered(next)),
                failure -> loop.execute(() -> failed(failure)));
        if (state == State.ASKING) {
            wait = begun;
        }
    }

    private void answered(List<E> next) {
        if (state != State.ASKING) {
            return;
        }
        state = State.IDLE;
        wait = null;
        page = next;
        if (!taking && listener != null) {
            listener.more();
        }
    }

    private void failed(Throwable failure) {
        if (state != State.ASKING) {
            return;
        }
        state = State.IDLE;
        wait = null;
        if (listener != null) {
            listener.failed(failure);
        }
    }

    /** Asks no more. Repeatable. */
    void close() {
        state = State.OVER;
        page = null;
        if (wait != null) {
            wait.cancel();
            wait = null;
        }
    }
}

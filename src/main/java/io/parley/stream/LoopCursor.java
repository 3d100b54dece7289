package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a listener on any event loop use a cursor that belongs to one loop. A listener on this loop uses the cursor itself. A
 * listener on another loop asks there for a page, which is brought to it; it holds at most one.
 *
 * @param <E> an event with its id
 */
final class LoopCursor<E> implements Cursor<E> {
    private final Cursor<E> cursor;
    private final Loop loop;
    /** Only for a listener on another loop, on which alone it is used. */
    private @Nullable AskedPages<E> brought;
    /** The question of such a listener that has no answer yet. Used on the loop of the cursor only. */
    private @Nullable UniEmitter<? super List<E>> asking;

    LoopCursor(Cursor<E> cursor, Loop loop) {
        this.cursor = cursor;
        this.loop = loop;
    }

    @Override
    public void listen(CursorListener listener) {
        if (loop.isHere()) {
            cursor.listen(listener);
            return;
        }
        AskedPages<E> pages = new AskedPages<>(this::page);
        pages.listen(listener);
        brought = pages;
        loop.execute(() -> cursor.listen(new CursorListener() {
            @Override
            public void more() {
                answer();
            }

            @Override
            public void failed(Throwable failure) {
                fail(failure);
            }
        }));
    }

    private Uni<List<E>> page() {
        return Uni.createFrom().emitter(emitter -> loop.execute(() -> {
            asking = emitter;
            answer();
        }));
    }

    /** Takes nothing while the listener does not ask: the events stay where they are until it has room for them. */
    private void answer() {
        if (asking == null) {
            return;
        }
        try {
            List<E> events = cursor.take();
            if (events != null && asking != null) {
                asked(asking).complete(events);
            }
        } catch (RuntimeException failure) {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (asking != null) {
            asked(asking).fail(failure);
        }
    }

    private <T> T asked(T emitter) {
        asking = null;
        return emitter;
    }

    @Override
    public @Nullable List<E> take() {
        return brought == null ? cursor.take() : brought.take();
    }

    @Override
    public void close() {
        if (brought != null) {
            brought.close();
        }
        loop.execute(cursor::close);
    }
}

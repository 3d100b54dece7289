package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A client on an event loop that takes all events of a turn, at times as slowly as one whose connection is slow. */
final class PacedListener implements CursorListener {
    private final Cursor<NumberedEvent> cursor;
    private final Loop loop;
    private final Random random;
    private final List<NumberedEvent> got = new ArrayList<>();
    private final CompletableFuture<List<NumberedEvent>> all = new CompletableFuture<>();
    private boolean busy;

    private PacedListener(Cursor<NumberedEvent> cursor, Loop loop, Random random) {
        this.cursor = cursor;
        this.loop = loop;
        this.random = new Random(random.nextLong());
    }

    /** Begins to listen; gives all events up to the last one, and leaves then. */
    static CompletableFuture<List<NumberedEvent>> at(Cursor<NumberedEvent> cursor, Loop loop, Random random) {
        PacedListener listener = new PacedListener(cursor, loop, random);
        loop.later(() -> {
            cursor.listen(listener);
            listener.take();
        });
        return listener.all;
    }

    @Override
    public void more() {
        if (!loop.isHere()) {
            fail(new AssertionError("told on another event loop"));
        } else if (!busy) {
            take();
        }
    }

    @Override
    public void failed(Throwable failure) {
        fail(failure);
    }

    private void fail(Throwable failure) {
        boolean unused = all.completeExceptionally(failure);
    }

    private void take() {
        busy = false;
        List<NumberedEvent> events = all.isDone() ? null : cursor.take();
        if (events == null) {
            return;
        }
        assertThat(events).as("events before the end").isNotEmpty();
        got.addAll(events);
        if (events.getLast().event().isTerminal()) {
            cursor.close();
            boolean unused = all.complete(List.copyOf(got));
        } else {
            busy = true;
            writeFor(random.nextInt(4));
        }
    }

    /** The client takes a page in so many turns of the event loop. */
    private void writeFor(int turns) {
        loop.later(() -> {
            if (turns == 0) {
                take();
            } else {
                writeFor(turns - 1);
            }
        });
    }
}

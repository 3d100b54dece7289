package io.parley.turn;

import io.parley.conversation.HeapShare;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the images that are in memory at one time for calls that may be repeated. A turn that finds no room waits in a queue,
 * at most as long as the turn may take. The queue has at most one place for each running turn. A call that needs more than the
 * whole memory is admitted when no other call has room. The providers' limits bound the images of one call.
 */
@Singleton
final class ImageRoom {
    private final long most;
    private final Deque<Place> waiting = new ArrayDeque<>();
    private long used;

    @Inject
    ImageRoom(TurnConfig config) {
        this(config.images().map(MemorySize::asLongValue).orElseGet(HeapShare::bytes));
    }

    /** Creates room for this number of bytes. */
    ImageRoom(long most) {
        this.most = most;
    }

    /**
     * A place for the images of one turn, which takes no room yet.
     *
     * @param loop where the turn goes on once there is room
     */
    Place place(Executor loop) {
        return new Place(loop);
    }

    /** Bytes that are taken. */
    synchronized long used() {
        return used;
    }

    /** What is larger than all the room gets in alone. */
    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= most;
    }

    private void admitNext() {
        for (Place next = next(); next != null; next = next()) {
            next.loop.execute(next.admitted);
        }
    }

    private synchronized @Nullable Place next() {
        Place first = waiting.peek();
        if (first == null || !fits(first.wanted)) {
            return null;
        }
        first.settle();
        return waiting.remove();
    }

    /** The room that one turn has taken, or waits for. */
    final class Place {
        private final Executor loop;
        private long wanted;
        private volatile long taken;
        private boolean closed;
        private Runnable admitted = () -> {
        };

        private Place(Executor loop) {
            this.loop = loop;
        }

        /** Takes room in the place of what it had; done once there is some. */
        Uni<Void> take(long bytes) {
            return Uni.createFrom().emitter(emitter -> {
                leave();
                if (enter(bytes, () -> emitter.complete(null))) {
                    emitter.complete(null);
                }
            });
        }

        private boolean enter(long bytes, Runnable whenAdmitted) {
            synchronized (ImageRoom.this) {
                wanted = bytes;
                admitted = whenAdmitted;
                if (!closed && (!waiting.isEmpty() || !fits(bytes))) {
                    waiting.add(this);
                    return false;
                }
                if (!closed) {
                    settle();
                }
                return true;
            }
        }

        private void settle() {
            used += wanted;
            taken = wanted;
        }

        /** Gives back what it has. Repeatable. */
        void leave() {
            if (taken == 0) {
                return;
            }
            synchronized (ImageRoom.this) {
                used -= taken;
                taken = 0;
            }
            admitNext();
        }

        /** Gives back what it has, waits no longer, and takes nothing any more. Repeatable. */
        void close() {
            synchronized (ImageRoom.this) {
                closed = true;
                waiting.remove(this);
                used -= taken;
                taken = 0;
            }
            admitNext();
        }
    }
}

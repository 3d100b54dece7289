package io.parley.context;

import io.parley.context.VectorStore.Part;
import io.parley.conversation.Failure;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The vectors of the sessions used last, in memory, bounded by their bytes. Thread-safe. */
final class VectorCache {
    /** About what an entry takes beside its index. */
    private static final int ENTRY_BYTES = 512;
    private final VectorStore store;
    private final String space;
    private final long mostBytes;
    private final Map<SessionId, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    VectorCache(VectorStore store, String space, long mostBytes) {
        this.store = store;
        this.space = space;
        this.mostBytes = mostBytes;
    }

    /** The vectors of a session as they are stored now, or empty where it has none. */
    Uni<List<VectorIndex>> load(SessionId session) {
        return read(session, find(session)).map(found -> found.index == null ? List.<VectorIndex> of() : List.of(found.index))
                .onFailure(Failure.NotFound.class).invoke(() -> drop(session));
    }

    private Uni<Known> read(SessionId session, @Nullable Known before) {
        return store.read(session, space, before == null ? 0 : before.through, before == null ? null : before.edits)
                .chain(part -> {
                    Known now = with(before, part);
                    keep(session, now);
                    return part.more() ? read(session, now) : Uni.createFrom().item(now);
                });
    }

    /** An index is only ever added to in order, by whichever turn comes first: one that comes too late changes nothing. */
    private Known with(@Nullable Known before, Part part) {
        VectorIndex index = before != null && before.edits == part.edits() ? before.index : null;
        for (TurnVectors turn : part.vectors()) {
            index = index == null ? new VectorIndex(space, turn.dimensions(), mostTurns(turn.dimensions())) : index;
            boolean unused = index.add(turn);
        }
        return new Known(part.edits(), part.through(), index, ENTRY_BYTES + (index == null ? 0 : index.bytes()));
    }

    /** As many as fit if each has all the passages there can be and the room that an index leaves free. */
    private int mostTurns(int dimensions) {
        long fitting = mostBytes / ((long) Passages.MOST * (dimensions + Long.BYTES) * 2);
        return (int) Math.clamp(fitting, 1, VectorIndex.DEFAULT_TURNS);
    }

    private synchronized @Nullable Known find(SessionId session) {
        return known.get(session);
    }

    private synchronized void keep(SessionId session, Known now) {
        drop(session);
        if (now.index == null) {
            return;
        }
        known.put(session, now);
        bytes += now.bytes;
        Iterator<Known> oldest = known.values().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= oldest.next().bytes;
            oldest.remove();
        }
    }

    private synchronized void drop(SessionId session) {
        Known removed = known.remove(session);
        bytes -= removed == null ? 0 : removed.bytes;
    }

    synchronized long bytes() {
        return bytes;
    }

    /**
     * What is known of a session.
     *
     * @param through up to which message
     * @param bytes that it took when it was last looked at
     */
    private record Known(long edits, long through, @Nullable VectorIndex index, long bytes) {}
}

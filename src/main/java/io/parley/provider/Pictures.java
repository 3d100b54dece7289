package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.HeapShare;
import io.parley.conversation.ImageSource;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures small enough for the strictest server, see {@link PictureLimits}. This class caches the results, so that it
 * does not process a large picture of a conversation in every turn. A process has one cache for all providers. Thread-safe.
 */
@Singleton
public final class Pictures {
    /** The most characters of base64 in the cache. */
    private static final long MOST_KEPT = 16_000_000;
    /** The cache takes one part of the heap's share, because messages with pictures need the rest at the same time. */
    private static final int PARTS_OF_SHARE = 4;
    /** The size that each entry of the cache counts beside its picture. */
    private static final int ENTRY = 200;
    static final String TOO_LARGE = "[a picture, which is left out because it cannot be made small enough]";
    static final String NOT_READ = "[a picture, which is left out]";

    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final long most;
    private final PictureExecutor executor;
    private long characters;

    /** Creates a cache of up to 16 MB, and of less if the heap is small. */
    @Inject
    public Pictures() {
        this(Math.min(MOST_KEPT, HeapShare.bytes() / PARTS_OF_SHARE), new PictureExecutor());
    }

    /** Creates a cache of this number of characters of base64. */
    Pictures(long most, PictureExecutor executor) {
        this.most = most;
        this.executor = executor;
    }

    /**
     * Returns a history whose pictures a server accepts. It hashes pictures on the subscriber's thread, which must be no event
     * loop, and decodes unknown pictures on threads of its own.
     *
     * @param unwanted returns whether the caller has stopped waiting
     * @return comes on any thread but the decoding ones; fails with {@code Failure.Unavailable} if too many requests wait
     */
    Uni<WireHistory> fitted(WireHistory history, HardPictureLimits limits, BooleanSupplier unwanted) {
        return Uni.createFrom().deferred(() -> {
            PictureFitting fitting = new PictureFitting(history, limits, this);
            return fitting.isKnown() ? Uni.createFrom().item(fitting.fitted())
                    : executor.run(() -> fitting.work(unwanted)).emitOn(Infrastructure.getDefaultWorkerPool())
                            .map(_ -> fitting.fitted());
        });
    }

    /** Returns a history of which no picture was read, because it has none or names each by its address. */
    WireHistory withoutStored(WireHistory history) {
        return history.withPictures(block -> block instanceof Content.Image(ImageSource.Stored _) ? new Content.Text(NOT_READ)
                : block);
    }

    /** Returns the result for a picture; null if it is not in the cache. */
    @Nullable
    Kept known(String key) {
        synchronized (kept) {
            return kept.get(key);
        }
    }

    /** Remembers the result for a picture. */
    void keep(String key, Kept smaller) {
        synchronized (kept) {
            if (kept.putIfAbsent(key, smaller) != null) {
                return;
            }
            characters += smaller.size();
            Iterator<Kept> oldest = kept.values().iterator();
            while (characters > most && oldest.hasNext()) {
                characters -= oldest.next().size();
                oldest.remove();
            }
        }
    }

    /** Returns the characters of base64 that are in the cache. */
    long characters() {
        synchronized (kept) {
            return characters;
        }
    }

    @PreDestroy
    void close() {
        executor.close();
    }

    /**
     * The result for one large picture.
     *
     * @param picture empty if it cannot be made smaller
     */
    record Kept(Optional<ImageSource.Inline> picture) {
        private int size() {
            return ENTRY + picture.map(inline -> inline.base64().length()).orElse(0);
        }
    }
}

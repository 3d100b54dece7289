package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.HeapShare;
import io.parley.conversation.ImageSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures small enough for the strictest server, see {@link PictureLimits}. A line of text replaces a picture that
 * cannot be made smaller. This class caches the results, so that it does not process a large picture of a conversation in every
 * turn. It is thread-safe. It computes for some tenths of a second, so it never runs on an event loop.
 */
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
    private long characters;

    /** Creates a cache of up to 16 MB, and of less if the heap is small. */
    public Pictures() {
        this(Math.min(MOST_KEPT, HeapShare.bytes() / PARTS_OF_SHARE));
    }

    /** Creates a cache of this number of characters of base64. */
    Pictures(long most) {
        this.most = most;
    }

    /** Returns a history whose pictures every provider accepts. */
    public WireHistory fitted(WireHistory history) {
        return history.withPictures(this::fitted);
    }

    private Content fitted(Content block) {
        if (!(block instanceof Content.Image(ImageSource source))) {
            return block;
        }
        return switch (source) {
            case ImageSource.Url _ -> block;
            case ImageSource.Stored _ -> new Content.Text(NOT_READ);
            case ImageSource.Inline inline -> fitted(inline).<Content> map(Content.Image::new)
                    .orElseGet(() -> new Content.Text(TOO_LARGE));
        };
    }

    private Optional<ImageSource.Inline> fitted(ImageSource.Inline inline) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(inline.base64());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        PictureFile file = new PictureFile(inline.mediaType(), bytes);
        if (!file.isTooLarge()) {
            return Optional.of(inline);
        }
        String key = hash(bytes) + " " + PictureLimits.SIDE;
        Kept known = known(key);
        if (known != null) {
            return known.picture();
        }
        Kept smaller = new Kept(file.smaller());
        keep(key, smaller);
        return smaller.picture();
    }

    private synchronized @Nullable Kept known(String key) {
        return kept.get(key);
    }

    private synchronized void keep(String key, Kept smaller) {
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

    /** Returns the characters of base64 that are in the cache. */
    synchronized long characters() {
        return characters;
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The result for one large picture.
     *
     * @param picture empty if it cannot be made smaller
     */
    private record Kept(Optional<ImageSource.Inline> picture) {
        int size() {
            return ENTRY + picture.map(inline -> inline.base64().length()).orElse(0);
        }
    }
}

package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.provider.Pictures.Kept;
import io.parley.provider.WireHistory.Picture;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits the pictures of one request to a server. A line of text replaces a picture that is too large for the server and cannot
 * be made smaller. Not thread-safe.
 */
final class PictureFitting {
    private final WireHistory history;
    private final HardPictureLimits server;
    private final Pictures pictures;
    private final List<Look> looks = new ArrayList<>();
    private final Map<String, Kept> known = new HashMap<>();
    private final Map<String, Large> unknown = new LinkedHashMap<>();

    PictureFitting(WireHistory history, HardPictureLimits server, Pictures pictures) {
        this.history = history;
        this.server = server;
        this.pictures = pictures;
        List<Picture> all = history.pictures();
        Map<Integer, Long> limits = limits(all);
        all.forEach(picture -> looks.add(look(picture.image(), limits.getOrDefault(picture.message(), 0L))));
    }

    /** Returns the limit for the pictures of each message. Later messages do not change the limit of a message. */
    private static Map<Integer, Long> limits(List<Picture> all) {
        Map<Integer, List<Long>> lengths = new HashMap<>();
        for (Picture picture : all) {
            if (picture.image().source() instanceof ImageSource.Inline inline) {
                lengths.computeIfAbsent(picture.message(), _ -> new ArrayList<>()).add((long) inline.base64().length());
            }
        }
        Map<Integer, Long> limits = new HashMap<>();
        lengths.forEach((message, of) -> limits.put(message, PictureLimits.share(of)));
        return limits;
    }

    private Look look(Content.Image image, long limit) {
        return switch (image.source()) {
            case ImageSource.Url _ -> new Look(image, null, 0, limit);
            case ImageSource.Stored _ -> new Look(new Content.Text(Pictures.NOT_READ), null, 0, limit);
            case ImageSource.Inline inline -> look(image, inline, limit);
        };
    }

    private Look look(Content.Image image, ImageSource.Inline inline, long limit) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(inline.base64());
        } catch (IllegalArgumentException _) {
            return new Look(new Content.Text(Pictures.TOO_LARGE), null, 0, limit);
        }
        PictureFile file = new PictureFile(inline.mediaType(), bytes);
        int side = file.side();
        if (side <= PictureLimits.SIDE && inline.base64().length() <= limit) {
            return new Look(image, null, side, limit);
        }
        String key = file.hash() + " " + PictureLimits.SIDE + " " + limit;
        Kept smaller = pictures.known(key);
        if (smaller == null) {
            unknown.put(key, new Large(inline, limit));
        } else {
            known.put(key, smaller);
        }
        return new Look(image, key, side, limit);
    }

    /** Returns whether no picture must be decoded. */
    boolean isKnown() {
        return unknown.isEmpty();
    }

    /**
     * Makes pictures smaller.
     *
     * @param unwanted returns whether to stop
     */
    void work(BooleanSupplier unwanted) {
        for (Iterator<Map.Entry<String, Large>> left = unknown.entrySet().iterator(); left.hasNext();) {
            Map.Entry<String, Large> next = left.next();
            if (unwanted.getAsBoolean()) {
                return;
            }
            // Another request may have made this picture smaller meanwhile.
            Kept before = pictures.known(next.getKey());
            Kept smaller = before != null ? before : next.getValue().smaller();
            known.put(next.getKey(), smaller);
            pictures.keep(next.getKey(), smaller);
            left.remove();
        }
    }

    /** Returns the history with the pictures as they are sent. */
    WireHistory fitted() {
        Iterator<Look> next = looks.iterator();
        return history.withPictures(_ -> fitted(next.next()));
    }

    private Content fitted(Look look) {
        if (look.key() == null) {
            return look.content();
        }
        Kept smaller = known.get(look.key());
        if (smaller != null && smaller.picture().isPresent()) {
            return new Content.Image(smaller.picture().get());
        }
        return isTaken(look) ? look.content() : new Content.Text(Pictures.TOO_LARGE);
    }

    /**
     * Returns whether the server accepts the picture unchanged. If pictures share the request, none may take more than its
     * share.
     */
    private boolean isTaken(Look look) {
        if (!(look.content() instanceof Content.Image(ImageSource.Inline inline))) {
            return false;
        }
        int length = inline.base64().length();
        return server.takes(look.side(), length, looks.size())
                && (look.limit() == PictureLimits.CHARACTERS || length <= look.limit());
    }

    /**
     * The facts about a picture before any picture is decoded.
     *
     * @param content the block that is sent if the picture is not made smaller
     * @param key the key of the smaller picture in the cache; null if the picture needs none
     */
    private record Look(Content content, @Nullable String key, int side, long limit) {}

    /**
     * A picture that must be made smaller. This class decodes its base64 again, so that memory does not hold all files at once.
     */
    private record Large(ImageSource.Inline inline, long limit) {
        Kept smaller() {
            return new Kept(new PictureFile(inline.mediaType(), Base64.getDecoder().decode(inline.base64())).smaller(limit));
        }
    }
}

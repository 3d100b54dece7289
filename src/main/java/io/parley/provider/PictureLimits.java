package io.parley.provider;

import io.parley.conversation.ImageSource;
import java.util.List;

/**
 * How large pictures are sent. Anthropic refuses one with a side of more than 8,000 pixels, or of more than 2,000 where a
 * request has more than 20 pictures, and one of more than 5 MB as base64. All pictures are made for the tighter limit, so that
 * a request does not change at its beginning when one more picture joins it; models make them smaller anyway. A picture that
 * cannot be made smaller is sent as it is where the server takes it, see {@link HardPictureLimits}.
 */
final class PictureLimits {
    /** The most pixels of the longer side. */
    static final int SIDE = 2_000;
    /** The most characters of base64. */
    static final int CHARACTERS = 5_000_000;
    /** A picture that is written anew may take so many characters even if its file had fewer. */
    static final long LEAST = 200_000;

    private PictureLimits() {
    }

    /** Returns the number of base64 characters of a number of bytes. */
    static long characters(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /**
     * Most characters of each picture of a message, so that one request holds them all.
     *
     * @param lengths of its pictures in characters
     */
    static long share(List<Long> lengths) {
        long all = lengths.stream().mapToLong(length -> written(length, CHARACTERS)).sum();
        return all <= PictureBudget.MOST_CHARACTERS ? CHARACTERS : PictureBudget.MOST_CHARACTERS / lengths.size();
    }

    /** Most characters of a picture as it is sent. One that is made smaller does not become longer than it was. */
    static long written(long length, long limit) {
        return Math.min(limit, Math.max(length, LEAST));
    }

    /**
     * Whether a picture has to be made smaller, as far as it is known of a stored one.
     *
     * @param limit most characters of base64
     */
    static boolean isTooLarge(ImageSource.Stored stored, long limit) {
        return Math.max(stored.width(), stored.height()) > SIDE || characters(stored.bytes()) > limit;
    }
}

package io.parley.provider;

import io.parley.conversation.ImageSource;
import java.util.List;

/**
 * The largest picture that Parley prefers to send. Anthropic refuses a picture with a side of more than 8,000 pixels, or of
 * more than 2,000 if the request has more than 20 pictures. It also refuses a picture of more than 5 MB as base64. Parley uses
 * the tighter limit for all pictures, so that one more picture does not change the beginning of a request. Models make large
 * pictures smaller anyway. A picture that cannot be made smaller is sent unchanged if the server accepts it, see {@link
 * HardPictureLimits}.
 */
final class PictureLimits {
    /** The most pixels of the longer side. */
    static final int SIDE = 2_000;
    /** The most characters of base64. */
    static final int CHARACTERS = 5_000_000;
    /** A picture that Parley writes anew may take this number of characters even if its file had fewer. */
    static final long LEAST = 200_000;

    private PictureLimits() {
    }

    /**
     * Returns the sides at which a picture of this size is sent, in pixels. The longer side decides, the other one is rounded.
     */
    static Sides sides(int width, int height) {
        double factor = Math.min(1, (double) SIDE / Math.max(width, height));
        return new Sides(scaled(width, factor), scaled(height, factor));
    }

    private static int scaled(int pixels, double factor) {
        return Math.max(1, (int) Math.round(pixels * factor));
    }

    /** Returns the number of base64 characters of a number of bytes. */
    static long characters(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /**
     * Returns the most characters of each picture of a message, so that one request holds all of them.
     *
     * @param lengths the lengths of its pictures in characters
     */
    static long share(List<Long> lengths) {
        long all = lengths.stream().mapToLong(length -> written(length, CHARACTERS)).sum();
        return all <= PictureBudget.MOST_CHARACTERS ? CHARACTERS : PictureBudget.MOST_CHARACTERS / lengths.size();
    }

    /**
     * Returns the most characters of a picture as it is sent. A smaller picture may be longer than it was only up to {@link
     * #LEAST}.
     */
    static long written(long length, long limit) {
        return Math.min(limit, Math.max(length, LEAST));
    }

    /**
     * Returns whether a stored picture must be made smaller, as far as its record shows.
     *
     * @param limit the most characters of base64
     */
    static boolean isTooLarge(ImageSource.Stored stored, long limit) {
        return Math.max(stored.width(), stored.height()) > SIDE || characters(stored.bytes()) > limit;
    }

    /** The sides of a picture in pixels. */
    record Sides(int width, int height) {
        /** Returns half of the sides. */
        Sides halved() {
            return new Sides(Math.max(1, width / 2), Math.max(1, height / 2));
        }
    }
}

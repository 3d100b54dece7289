package io.parley.provider;

import io.parley.conversation.ImageSource;

/**
 * The largest picture that the strictest server accepts. Anthropic refuses a picture with a side of more than 8,000 pixels, or
 * of more than 2,000 if the request has more than 20 pictures. It also refuses a picture of more than 5 MB as base64. Parley
 * uses the tighter limit for all pictures, so that one more picture does not change the beginning of a request. Models make
 * large pictures smaller anyway.
 */
final class PictureLimits {
    /** The most pixels of the longer side. */
    static final int SIDE = 2_000;
    /** The most characters of base64. */
    static final int CHARACTERS = 5_000_000;

    private PictureLimits() {
    }

    /** Returns the number of base64 characters of a number of bytes. */
    static long characters(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /** Returns whether a stored picture must be made smaller, as far as its record shows. */
    static boolean isTooLarge(ImageSource.Stored stored) {
        return Math.max(stored.width(), stored.height()) > SIDE || characters(stored.bytes()) > CHARACTERS;
    }
}

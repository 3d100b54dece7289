package io.parley.provider;

import io.parley.conversation.ImageSource;

/**
 * How large a picture the strictest server takes. Anthropic refuses one with a side of more than 8,000 pixels, or of more than
 * 2,000 where a request has more than 20 pictures, and one of more than 5 MB as base64. All pictures are made for the tighter
 * limit, so that a request does not change at its beginning when one more picture joins it; models make them smaller anyway.
 */
final class PictureLimits {
    /** Pixels of the longer side. */
    static final int SIDE = 2_000;
    /** Characters of base64. */
    static final int CHARACTERS = 5_000_000;

    private PictureLimits() {
    }

    /** How many characters of base64 so many bytes become. */
    static long characters(long bytes) {
        return (bytes + 2) / 3 * 4;
    }

    /** Whether a picture has to be made smaller, as far as it is known of a stored one. */
    static boolean isTooLarge(ImageSource.Stored stored) {
        return Math.max(stored.width(), stored.height()) > SIDE || characters(stored.bytes()) > CHARACTERS;
    }
}

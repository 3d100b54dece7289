package io.parley.provider;

/**
 * The largest picture that a server accepts. Parley prefers to send smaller pictures.
 *
 * @param side the most pixels of the longer side
 * @param sideOfMany the same in a request of more than 20 pictures
 * @param characters the most characters of base64 of one picture
 */
public record HardPictureLimits(int side, int sideOfMany, long characters) {
    /** Anthropic's limits. Servers in front of Anthropic pass them on in every protocol. */
    public static final HardPictureLimits STRICTEST = new HardPictureLimits(8_000, 2_000, 5L * 1024 * 1024);
    /**
     * OpenAI's limits. It makes pictures of any size smaller; 20 MB is the lowest limit that it has ever documented for a
     * picture.
     */
    public static final HardPictureLimits OPENAI = new HardPictureLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 20_000_000);
    private static final int FEW = 20;

    /**
     * Returns whether the server accepts a picture unchanged.
     *
     * @param longerSide in pixels; 0 if unknown
     * @param length in characters of base64
     * @param pictures the number of pictures in the request
     */
    boolean takes(int longerSide, long length, int pictures) {
        return longerSide <= (pictures > FEW ? sideOfMany : side) && length <= characters;
    }
}

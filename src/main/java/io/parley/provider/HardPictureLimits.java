package io.parley.provider;

/**
 * Which pictures a server refuses, whatever Parley would prefer to send.
 *
 * @param side most pixels of the longer side
 * @param sideOfMany likewise in a request of more than 20 pictures
 * @param characters most characters of base64 of one picture
 */
public record HardPictureLimits(int side, int sideOfMany, long characters) {
    /** Anthropic's limits, which servers in front of it hand on in every protocol. */
    public static final HardPictureLimits STRICTEST = new HardPictureLimits(8_000, 2_000, 5L * 1024 * 1024);
    /** OpenAI makes pictures of any size smaller by itself; 20 MB is the least that it has ever documented for one. */
    public static final HardPictureLimits OPENAI = new HardPictureLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 20_000_000);
    private static final int FEW = 20;

    /**
     * Whether the server takes a picture as it is.
     *
     * @param longerSide in pixels; 0 if unknown
     * @param length in characters of base64
     * @param pictures how many the request has
     */
    boolean takes(int longerSide, long length, int pictures) {
        return longerSide <= (pictures > FEW ? sideOfMany : side) && length <= characters;
    }
}

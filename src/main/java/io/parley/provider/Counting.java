package io.parley.provider;

/**
 * How a model's tokens are counted before it is called.
 *
 * @param exact whether the model's encoding is its own tokeniser, so that counts of text need no correction
 * @param images what an image costs it
 */
public record Counting(boolean exact, ImageRule images) {
    /** For a model of which nothing is known. */
    public static final Counting ESTIMATED = new Counting(false, ImageRule.Pixels.USUAL);
}

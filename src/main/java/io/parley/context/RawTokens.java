package io.parley.context;

/**
 * A count before it is what a model counts: the two parts that differ from model to model in different ways.
 *
 * @param text tokens by the public encoding, images left out
 * @param images tokens of the images by the model's own rule
 */
public record RawTokens(long text, long images) {
    /** Nothing counted. */
    public static final RawTokens NONE = new RawTokens(0, 0);

    /** Both together. */
    public RawTokens plus(RawTokens other) {
        return new RawTokens(text + other.text, images + other.images);
    }
}

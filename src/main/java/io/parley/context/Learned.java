package io.parley.context;

/**
 * What providers' answers have taught about a model.
 *
 * @param ratio tokens that the provider counts for each token of Parley's own count, from {@value #LEAST_RATIO} to
 *        {@value #MOST_RATIO}
 * @param samples how many reports the ratio is the mean of, from 0 to {@value #MOST_SAMPLES}
 * @param limit tokens of input and output together that the provider itself stated lately, 0 where it stated none
 */
public record Learned(double ratio, int samples, long limit) {
    /** No provider's tokeniser is further below a public one. */
    public static final double LEAST_RATIO = 0.5;
    /** No provider's tokeniser is further above a public one. */
    public static final double MOST_RATIO = 3.0;
    /** A running mean of so many, so that a model whose tokeniser changes under its name is learned anew. */
    public static final int MOST_SAMPLES = 20;
    /** Of a model that has never answered. */
    public static final Learned NOTHING = new Learned(1, 0, 0);
}

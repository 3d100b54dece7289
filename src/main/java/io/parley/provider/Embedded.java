package io.parley.provider;

import io.parley.conversation.Cost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts as vectors.
 *
 * @param vectors one for each text, in their order, all of the same length; whoever gets them may change them
 * @param tokens how many tokens of input it took
 * @param cost null if it costs nothing or the price is not configured
 * @param estimated whether Parley counted the tokens because the provider did not report them
 */
public record Embedded(List<float[]> vectors, long tokens, @Nullable Cost cost, boolean estimated) {
    /** What no text at all becomes. */
    public static final Embedded NOTHING = new Embedded(List.of(), 0, null, false);

    public Embedded { vectors = List.copyOf(vectors); }

    /** Creates vectors with a count that the provider reported. */
    public Embedded(List<float[]> vectors, long tokens, @Nullable Cost cost) {
        this(vectors, tokens, cost, false);
    }
}

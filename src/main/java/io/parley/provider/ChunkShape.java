package io.parley.provider;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a chunk around its text. Nearly all chunks of a stream differ only in this text, and in padding of random
 * length.
 * A chunk in the shape of an earlier chunk means the same but for its text, so that only the text has to be read.
 */
public final class ChunkShape {
    private final JsonString string = new JsonString();
    private byte[] known = {};
    /** Where each string that differs from chunk to chunk begins, behind its first quote, and where its last quote stands. */
    private final int[] begins = new int[2];
    private final int[] ends = new int[2];
    private int strings;
    private int textIndex;

    /**
     * Learns the shape of a chunk that a parser has read. A chunk whose text cannot be read without a parser has no shape.
     *
     * @param chunk must not be changed later
     * @param text the text that the parser has found
     * @param textAt the index of the first quote of the text; negative if it is not known
     * @param paddingAt the same of a string that means nothing; negative if there is none
     */
    public void learn(byte[] chunk, String text, int textAt, int paddingAt) {
        known = chunk;
        strings = 0;
        textIndex = paddingAt >= 0 && paddingAt < textAt ? 1 : 0;
        int last = Math.max(textAt, paddingAt);
        boolean found = textAt >= 0 && (paddingAt < 0 || find(Math.min(textAt, paddingAt))) && find(last);
        if (!found || !text.equals(text(chunk, 0, chunk.length))) {
            strings = 0;
        }
    }

    private boolean find(int quote) {
        boolean found = string.find(known, quote + 1, known.length);
        begins[strings] = quote + 1;
        ends[strings] = string.end();
        strings++;
        return found;
    }

    /**
     * Returns the text of a chunk.
     *
     * @return null if the chunk has another shape, or a text that is empty or that only a parser can read
     */
    public @Nullable String text(byte[] json, int from, int to) {
        String text = null;
        int at = from;
        int past = 0;
        for (int i = 0; i < strings; i++) {
            int begin = at + begins[i] - past;
            if (begin > to || !Arrays.equals(json, at, begin, known, past, begins[i]) || !string.find(json, begin, to)) {
                return null;
            }
            at = string.end();
            past = ends[i];
            if (i == textIndex) {
                text = string.text(json, begin);
            } else if (!string.isPlain()) {
                return null;
            }
        }
        if (text == null || text.isEmpty() || !Arrays.equals(json, at, to, known, past, known.length)) {
            return null;
        }
        return text;
    }
}

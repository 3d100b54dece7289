package io.parley.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The input from its start up to each boundary, as hashes: what a prompt cache compares. Not for concurrent use. */
final class Prefix {
    /** Tokens between the boundaries of a provider that caches unasked. */
    static final int STEP = 128;
    /** Beyond some million tokens no more steps are kept. */
    private static final int MOST_STEPS = 8192;
    private static final long START = 0xcbf29ce484222325L;
    private static final long FACTOR = 0x100000001b3L;
    private final List<Boundary> boundaries = new ArrayList<>();
    private long hash = START;
    private int tokens;

    /** @param key equal inputs under different keys do not share a cache */
    Prefix(String key) {
        mix(key);
    }

    /**
     * Goes on with one more block; its end is a boundary.
     *
     * @param serialised the block byte for byte
     * @param marked whether the client wants the prefix up to here to be cached
     */
    void addBlock(String serialised, int blockTokens, boolean marked) {
        mix(serialised);
        tokens += blockTokens;
        boundaries.add(new Boundary(hash, tokens, marked));
    }

    /** Goes on with a text, token by token; a boundary is wherever a step is full. */
    void addText(String text) {
        int characters = 0;
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            if (characters > 0 && characters % Tokens.CHARACTERS == 0) {
                step(++tokens);
            }
            mix(text, i, i + Character.charCount(text.codePointAt(i)));
            characters++;
        }
        if (characters > 0) {
            step(++tokens);
        }
        separate();
    }

    /** Goes on with what can only be equal as a whole, as an image; a boundary is at the last step that it fills. */
    void addWhole(String serialised, int wholeTokens) {
        int before = tokens / STEP;
        mix(serialised);
        tokens += wholeTokens;
        if (tokens / STEP > before) {
            step(tokens / STEP * STEP);
        }
    }

    private void step(int at) {
        if (at % STEP == 0 && boundaries.size() < MOST_STEPS) {
            boundaries.add(new Boundary(hash, at, false));
        }
    }

    /** The boundaries in order. */
    List<Boundary> boundaries() {
        return Collections.unmodifiableList(boundaries);
    }

    /** Of the whole input. */
    int tokens() {
        return tokens;
    }

    private void mix(String text) {
        mix(text, 0, text.length());
        separate();
    }

    // FNV-1a by characters: quick, and nobody attacks a simulated cache.
    private void mix(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            hash = (hash ^ text.charAt(i)) * FACTOR;
        }
    }

    private void separate() {
        hash = (hash ^ 0x1f) * FACTOR;
    }

    /**
     * A place in the input.
     *
     * @param hash of everything up to here
     * @param tokens of everything up to here
     */
    record Boundary(long hash, int tokens, boolean marked) {}
}

package io.parley.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The input from its start up to each block, as hashes: what a prompt cache compares. Not for concurrent use. */
final class Prefix {
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
     * Goes on with one more block.
     *
     * @param serialised the block byte for byte
     * @param marked whether the client wants the prefix up to here to be cached
     */
    void add(String serialised, int blockTokens, boolean marked) {
        mix(serialised);
        tokens += blockTokens;
        boundaries.add(new Boundary(hash, tokens, marked));
    }

    /** The ends of the blocks in order. */
    List<Boundary> boundaries() {
        return Collections.unmodifiableList(boundaries);
    }

    /** Of the whole input. */
    int tokens() {
        return tokens;
    }

    // FNV-1a by characters: quick, and nobody attacks a simulated cache.
    private void mix(String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FACTOR;
        }
        hash = (hash ^ 0x1f) * FACTOR;
    }

    /**
     * The end of a block.
     *
     * @param hash of everything up to here
     * @param tokens of everything up to here
     */
    record Boundary(long hash, int tokens, boolean marked) {}
}

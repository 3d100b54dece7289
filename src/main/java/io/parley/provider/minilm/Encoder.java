package io.parley.provider.minilm;

/** Turns texts into vectors, one at a time, on one thread. */
interface Encoder extends AutoCloseable {

    /** The vector of a text; takes as long as it takes. */
    Encoded encode(String text);

    @Override
    void close();

    /**
     * What became of a text.
     *
     * @param vector of length 1
     * @param tokens word pieces that were looked at
     */
    record Encoded(float[] vector, int tokens) {}

    /** Loads an encoder. */
    @FunctionalInterface
    interface Loading {
        /** @throws Exception whatever is in the way */
        Encoder load() throws Exception;
    }
}

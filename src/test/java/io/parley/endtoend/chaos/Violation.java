package io.parley.endtoend.chaos;

/** Something that the evidence says and that must not be. */
record Violation(Kind kind, String what) {

    /** Which promise it breaks. */
    enum Kind {
        /** What was acknowledged is not there. */
        LOST,
        /** It is there more than once. */
        DOUBLED,
        /** What a client was told is not stored is there. */
        UNDEAD,
        /** A client was shown what history denies. */
        DENIED,
        /** A reply says what its input did not ask for, or its call did not say. */
        FOREIGN,
        /** A stream was not in order, or had no end. */
        DISORDER,
        /** A turn still runs. */
        ENDLESS,
        /** A key lives longer or shorter than its session says. */
        LIFETIME
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}

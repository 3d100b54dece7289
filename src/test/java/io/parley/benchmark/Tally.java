package io.parley.benchmark;

import java.util.ArrayList;
import java.util.List;

/** What all clients of one run together have seen. Not for several threads. */
final class Tally {
    private static final int EXAMPLES = 5;
    /** From the client's request to the provider's having it. */
    final Figures asked = new Figures();
    /** From the provider's first token to the client's having it. */
    final Figures first = new Figures();
    /** The same of every further token. */
    final Figures further = new Figures();
    final List<String> examples = new ArrayList<>();
    long tokens;
    long replies;
    /** Messages that the provider was sent for these. */
    long sent;
    /** How often a client that had left has come back. */
    long resumed;
    long errors;
    long corrupt;

    /** The run could not do something. */
    void error(String what) {
        errors++;
        note(what);
    }

    /** Something was other than the provider said it. */
    void corrupt(String what) {
        corrupt++;
        note(what);
    }

    private void note(String what) {
        if (examples.size() < EXAMPLES) {
            examples.add(what);
        }
    }
}

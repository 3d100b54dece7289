package io.parley.endtoend.chaos;

import java.util.ArrayList;
import java.util.List;

/** Finds what in the evidence of a run must not be. */
final class Checker {
    private Checker() {
    }

    /** All of it; empty if every promise was kept. */
    static List<Violation> violations(Evidence evidence) {
        List<Violation> found = new ArrayList<>();
        new InputCheck(evidence, found).run();
        new ReplyCheck(evidence, found).run();
        new ViewCheck(evidence, found).run();
        new LifetimeCheck(evidence, found).run();
        return List.copyOf(found);
    }
}

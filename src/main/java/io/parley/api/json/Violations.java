package io.parley.api.json;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Violation;
import java.util.ArrayList;
import java.util.List;

/** Collects the broken rules of one request, so that a client learns of them all at once. */
public final class Violations {
    /** More do not help a reader. */
    private static final int MOST = 20;
    private final List<Violation> found = new ArrayList<>();
    private boolean onlySizes = true;

    /** A rule that is broken, with what is expected instead. */
    public void add(String pointer, String detail) {
        onlySizes = false;
        collect(pointer, detail);
    }

    /** Something that would be fine if it were smaller. */
    public void addTooLarge(String pointer, String detail) {
        collect(pointer, detail);
    }

    /**
     * Refuses the request if a rule is broken.
     *
     * @throws Failure.Invalid with {@code TOO_LARGE} if only sizes are wrong
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new Failure.Invalid(onlySizes ? FailureCode.TOO_LARGE : FailureCode.INVALID_REQUEST,
                    found.getFirst().sentence(), found);
        }
    }

    private void collect(String pointer, String detail) {
        if (found.size() < MOST) {
            found.add(new Violation(pointer, detail));
        }
    }
}

package io.parley.store;

import io.quarkus.runtime.PreventFurtherStepsException;

/** Parley cannot start as it is configured; one line says what to change, and no stack trace follows. */
final class StartRefused {
    private StartRefused() {
    }

    static PreventFurtherStepsException because(String line) {
        return new PreventFurtherStepsException(line, 1);
    }
}

package io.parley.store;

import io.quarkus.runtime.configuration.ConfigurationException;

/** Parley cannot start as it is configured; one line says what to change, and no stack trace follows. */
final class StartRefused extends ConfigurationException {
    private static final long serialVersionUID = 1;

    StartRefused(String line) {
        super(line);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

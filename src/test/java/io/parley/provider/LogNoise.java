package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears warnings in the log and failures that nobody was there to take: an ordinary cancel makes neither. */
final class LogNoise extends Handler {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    void listen() {
        heard.clear();
        Logger.getLogger("").addHandler(this);
        Infrastructure.setDroppedExceptionHandler(failure -> heard.add("dropped: " + failure));
    }

    void mustBeSilent() {
        Logger.getLogger("").removeHandler(this);
        Infrastructure.resetDroppedExceptionHandler();
        assertThat(heard).isEmpty();
    }

    @Override
    public void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            heard.add(entry.getLoggerName() + ": " + entry.getMessage());
        }
    }

    @Override
    public void flush() {
        // Nothing is held back.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

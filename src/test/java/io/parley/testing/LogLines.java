package io.parley.testing;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;

/** Hands the lines that one class logs, with their values, to a test. */
public final class LogLines extends Handler {
    private final Logger logger;
    private final Consumer<String> lines;

    /** Listens to a class until it is closed. */
    public LogLines(Class<?> of, Consumer<String> lines) {
        this.logger = Logger.getLogger(of.getName());
        this.lines = lines;
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        lines.accept(entry instanceof ExtLogRecord formatted ? formatted.getFormattedMessage() : entry.getMessage());
    }

    @Override
    public void flush() {
        // The handler has no buffer.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}

package io.parley.testing;

import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets every test wait as long as a busy machine may need: only a test that fails waits to the end. */
public final class Patience implements BeforeAllCallback {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** A test that runs inside the application has classes of its own, and so a limit of its own. */
    @Override
    public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
        Class.forName("org.awaitility.Awaitility", true, context.getRequiredTestClass().getClassLoader())
                .getMethod("setDefaultTimeout", Duration.class).invoke(null, LIMIT);
    }
}

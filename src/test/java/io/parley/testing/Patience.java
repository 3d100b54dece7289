package io.parley.testing;

import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets every test wait as long as a busy machine may need, because only a failing test waits to the end. */
public final class Patience implements BeforeAllCallback {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Sets the limit in the class loader of the test, because a test inside the application has its own classes. */
    @Override
    public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
        Class.forName("org.awaitility.Awaitility", true, context.getRequiredTestClass().getClassLoader())
                .getMethod("setDefaultTimeout", Duration.class).invoke(null, LIMIT);
    }
}

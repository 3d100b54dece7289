package io.parley.testing;

import org.opentest4j.TestAbortedException;

/** What a test does where a program that it needs is not installed: skip loudly, but fail where a machine judges. */
public final class Missing {

    private Missing() {
    }

    /** What to throw; {@code mend} is the command that installs the program. */
    public static RuntimeException program(String name, String mend) {
        String told = "SKIPPED: " + name + " is not installed. To run this test: " + mend;
        if ("true".equals(System.getenv("CI"))) {
            return new IllegalStateException(name + " is not installed, and CI=true allows no skipping. Install it: " + mend);
        }
        System.err.println("\n*** " + told + " ***\n");
        return new TestAbortedException(told);
    }
}

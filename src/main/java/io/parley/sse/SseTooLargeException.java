package io.parley.sse;

/** An event, with every comment and unknown line in it, is larger than it may be. */
public final class SseTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SseTooLargeException(int limit) {
        super("a server-sent event of more than " + limit + " bytes", null, false, false);
    }
}

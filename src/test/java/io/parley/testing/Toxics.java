package io.parley.testing;

import java.time.Duration;

/**
 * What happens to the bytes that pass a {@link FaultProxy} in one direction.
 *
 * <pre>
 * proxy.answers(Toxics.NONE.latency(Duration.ofMillis(200)).slices(1));
 * </pre>
 *
 * @param latency how much later each read is passed on
 * @param bytesPerSecond most that pass, 0 for all
 * @param slice most bytes of one write, 0 for all that were read; cuts characters in two where it falls so
 * @param resetAfter a connection is cut with RST once so many more bytes have passed on it, negative for never
 * @param passing whether anything passes at all
 */
public record Toxics(Duration latency, long bytesPerSecond, int slice, long resetAfter, Passing passing) {
    /** Everything passes as it comes. */
    public static final Toxics NONE = new Toxics(Duration.ZERO, 0, 0, -1, Passing.ALL);

    /** Whether anything passes. */
    public enum Passing {
        ALL,
        /** Nothing, until this changes; then all that was held back. */
        HELD,
        /** Nothing, and it is gone; connections on which something was lost do not live on. */
        LOST
    }

    public Toxics latency(Duration value) {
        return new Toxics(value, bytesPerSecond, slice, resetAfter, passing);
    }

    public Toxics bandwidth(long value) {
        return new Toxics(latency, value, slice, resetAfter, passing);
    }

    public Toxics slices(int bytes) {
        return new Toxics(latency, bytesPerSecond, bytes, resetAfter, passing);
    }

    public Toxics resetAfter(long bytes) {
        return new Toxics(latency, bytesPerSecond, slice, bytes, passing);
    }

    public Toxics passing(Passing value) {
        return new Toxics(latency, bytesPerSecond, slice, resetAfter, value);
    }
}

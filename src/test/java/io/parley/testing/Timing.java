package io.parley.testing;

import io.parley.stream.LeaseConfig;
import io.parley.stream.LeaseTimes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The times for which tests wait: a tenth of the service's own, a lease a fifth, as a shorter one runs out by itself on a busy
 * machine. With {@code -Dtiming=real}, as in the soak, they are the service's own.
 */
public final class Timing {
    /** Whether the service keeps the times with which it is delivered. */
    public static final boolean REAL = "real".equals(System.getProperty("timing"));
    /** How long a running turn stays with its process: 15 s in the service. */
    public static final Duration LEASE = Duration.ofSeconds(REAL ? 15 : 3);
    /**
     * How long Redis must have answered before a lease counts that has run out: 8 s in the service. Not shorter than the two
     * seconds between two attempts of an owner to store the end of its turn.
     */
    private static final Duration STEADY = REAL ? Duration.ofSeconds(8) : Duration.ofMillis(2500);
    /** How often a process looks for turns that others have left behind: 5 s in the service. */
    private static final Duration SWEEP = part(Duration.ofSeconds(5));
    /** How long a turn outlives its last listener where the client asked for that: 10 s in the service. */
    public static final Duration DISCONNECT_GRACE = part(Duration.ofSeconds(10));

    private Timing() {
    }

    private static Duration part(Duration real) {
        return REAL ? real : real.dividedBy(10);
    }

    /** The times of a lease, for a part of the service that is tested without the service. */
    public static LeaseTimes lease() {
        LeaseConfig config = () -> LEASE;
        return new LeaseTimes(config);
    }

    /** Settings of a service whose replicas give each other, and clients that have left, up soon; and these. */
    public static Map<String, String> soon(Map<String, String> more) {
        Map<String, String> all = settings("parley.lease.time", LEASE, "parley.redis.steady", STEADY, "parley.turns.sweep",
                SWEEP, "parley.turns.disconnect-grace", DISCONNECT_GRACE);
        all.putAll(more);
        return all;
    }

    /** Returns these settings and those of a service that waits for Redis for as long as a busy machine may need. */
    public static Map<String, String> patient(Map<String, String> more) {
        Map<String, String> all = settings("parley.redis.timeout", Duration.ofSeconds(30));
        all.putAll(more);
        return all;
    }

    private static Map<String, String> settings(Object... pairs) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.put(pairs[i].toString(), pairs[i + 1].toString());
        }
        return settings;
    }
}

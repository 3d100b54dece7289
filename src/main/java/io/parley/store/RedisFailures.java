package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What becomes of Redis' errors. Their text never leaves this class, as it may quote what was sent. */
final class RedisFailures {
    private static final Logger LOG = Logger.getLogger(RedisFailures.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** The server is there but cannot serve now, or another one does. */
    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY",
            "NOREPLICAS", "UNBLOCKED", "MOVED", "ASK");
    /** The server is there and says no until a person acts. */
    private static final Set<String> REFUSING = Set.of("NOAUTH", "WRONGPASS", "NOPERM", "OOM", "MISCONF", "ERR_MAX");

    private RedisFailures() {
    }

    static boolean isNoScript(Throwable failure) {
        return "NOSCRIPT".equals(code(failure));
    }

    /** Whether the same command may be sent again soon: the connection is gone, or another server has taken over. */
    static boolean isPassing(Throwable failure) {
        String code = code(failure);
        return code == null ? !(failure instanceof Failure || failure instanceof CorruptRecord) : PASSING.contains(code);
    }

    /** Whether the connection is broken, or leads to a server that should no longer be asked. */
    static boolean isConnectionUseless(Throwable failure) {
        String code = code(failure);
        return code == null || code.equals("READONLY") || code.equals("MASTERDOWN");
    }

    /** The failure for whoever asked. */
    static Throwable translate(Throwable failure) {
        if (failure instanceof Failure || failure instanceof CorruptRecord) {
            return failure;
        }
        String code = code(failure);
        if (code == null) {
            LOG.debugf("no answer from Redis: %s", failure.getClass().getSimpleName());
            return unavailable("The store cannot be reached at the moment. Please try again.");
        }
        if (PASSING.contains(code) || REFUSING.contains(code)) {
            LOG.warnf("Redis answered %s", code);
            return unavailable(code.equals("OOM") ? "The store is full. Please try again later."
                    : "The store cannot serve at the moment. Please try again.");
        }
        LOG.errorf("Redis answered %s", code);
        return new IllegalStateException("Redis answered " + code);
    }

    static Failure.Unavailable timedOut() {
        return unavailable("The store did not answer in time. Please try again.");
    }

    static Failure.Unavailable overloaded() {
        return new Failure.Unavailable(FailureCode.OVERLOADED, "Too many requests at the moment. Please try again shortly.",
                SOON, null);
    }

    private static Failure.Unavailable unavailable(String detail) {
        return new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, detail, SOON, null);
    }

    /** The first word of an error that Redis itself sent, or null. */
    private static @Nullable String code(Throwable failure) {
        if (!(failure instanceof ErrorType)) {
            return null;
        }
        String text = String.valueOf(failure.getMessage());
        if (text.equals("CONNECTION_CLOSED")) {
            // The client's own word, not the server's.
            return null;
        }
        if (text.startsWith("ERR max number of clients")) {
            return "ERR_MAX";
        }
        // An error inside a script is wrapped: the code of the command that failed comes first or after the script's name.
        for (String word : text.split("[ :]+", 12)) {
            if (PASSING.contains(word) || REFUSING.contains(word) || word.equals("WRONGTYPE") || word.equals("NOSCRIPT")) {
                return word;
            }
        }
        String first = text.split(" ", 2)[0];
        return first.equals(first.toUpperCase(Locale.ROOT)) ? first : "ERR";
    }
}

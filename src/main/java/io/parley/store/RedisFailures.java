package io.parley.store;

import io.parley.conversation.Burst;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What becomes of Redis' errors. Their text never leaves this class, as it may quote what was sent. */
final class RedisFailures {
    private static final Logger LOG = Logger.getLogger(RedisFailures.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** Limits the log lines, because a Redis that refuses one command refuses thousands. */
    private static final Burst REFUSALS = new Burst(Duration.ofSeconds(5));
    /** The server is there but cannot serve now, or another one does. */
    private static final Set<String> PASSING = Set.of("READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY",
            "NOREPLICAS", "UNBLOCKED", "MOVED", "ASK");
    /** The server is there and says no until a person acts. */
    private static final Set<String> REFUSING = Set.of("NOAUTH", "WRONGPASS", "NOPERM", "OOM", "MISCONF", "ERR_MAX");

    /**
     * How Redis 6.2 wraps what fails inside a script: {@code ERR Error running script (call to f_…): @user_script:12:
     * @user_script: 12: -READONLY …}. Redis 7 puts the code first and the script's name last.
     */
    private static final Pattern INSIDE_SCRIPT = Pattern
            .compile("^(?:ERR Error running script \\(call to [^)]{1,60}\\): )?(?:@?user_script: ?[0-9]{1,9}: )+");
    private static final Pattern CODE = Pattern.compile("-?([A-Z][A-Z_]{1,30})(?![A-Za-z0-9_])");
    private static final int LONGEST_HEAD = 300;

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
        return code(failure) == null || isOfAnotherRank(failure);
    }

    /** Whether the server is no longer the one that is written to; then no connection to it is of use. */
    static boolean isOfAnotherRank(Throwable failure) {
        String code = code(failure);
        return code != null && (code.equals("READONLY") || code.equals("MASTERDOWN"));
    }

    /** The failure for whoever asked. */
    static Throwable translate(Throwable failure) {
        if (failure instanceof Failure || failure instanceof CorruptRecord) {
            return failure;
        }
        String code = code(failure);
        if (code == null) {
            LOG.debugf("Redis did not answer: %s", failure.getClass().getSimpleName());
            return unavailable("The store cannot be reached at the moment. Please try again.");
        }
        if (PASSING.contains(code) || REFUSING.contains(code)) {
            REFUSALS.next()
                    .ifPresent(before -> LOG.warnf("Redis refused a command: %s (%d other refusals before)", code, before));
            return unavailable(code.equals("OOM") ? "The store is full. Please try again later."
                    : "The store cannot answer at the moment. Please try again.");
        }
        LOG.errorf("Redis refused a command: %s", code);
        return new IllegalStateException("Redis refused a command: " + code);
    }

    /** Whether Redis may have done what was asked although it failed: it was sent, or may have been, and nothing came back. */
    static boolean mayBeDone(Throwable failure) {
        if (failure instanceof Failure known) {
            return known.code() == FailureCode.STORE_UNAVAILABLE;
        }
        return code(failure) == null && !(failure instanceof CorruptRecord);
    }

    /** The failure after an earlier try that may have been done: whatever the last one says, the outcome is unknown. */
    static Failure.Unavailable outcomeUnknown(Throwable last) {
        return translate(last) instanceof Failure.Unavailable known && known.code() == FailureCode.STORE_UNAVAILABLE ? known
                : unavailable("The store did not answer in time. Please try again.");
    }

    static Failure.Unavailable timedOut() {
        return unavailable("The store did not answer in time. Please try again.");
    }

    static Failure.Unavailable overloaded() {
        return new Failure.Unavailable(FailureCode.OVERLOADED,
                "Too many requests wait for the store. Please try again shortly.",
                SOON, null);
    }

    private static Failure.Unavailable unavailable(String detail) {
        return new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, detail, SOON, null);
    }

    /** The code of an error that Redis itself sent, also of one inside a script, or null if it comes from elsewhere. */
    static @Nullable String code(Throwable failure) {
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
        if (text.startsWith("ERR Protocol error: unauthenticated ")) {
            // To a long command, as every script is, Redis does not say NOAUTH.
            return "NOAUTH";
        }
        String head = text.substring(0, Math.min(text.length(), LONGEST_HEAD));
        Matcher inside = INSIDE_SCRIPT.matcher(head);
        return word(inside.find() ? head.substring(inside.end()) : head);
    }

    /** The code at the start of an error, which never has lower-case letters, or {@code ERR} if there is none. */
    private static String word(String error) {
        Matcher code = CODE.matcher(error);
        return code.lookingAt() ? code.group(1) : "ERR";
    }
}

package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code If-Match} or {@code If-None-Match} names (RFC 9110, 8.8.3 and 13.1). A version's tag is its number in quotes. The
 * tag of a message goes on after the number with its place in the history: the place is compared by {@code If-None-Match},
 * while {@code If-Match} is about the version alone. Any other tag is well formed but names no version.
 *
 * @param any whether the header was {@code *}
 * @param strong versions named by strong tags
 * @param weak versions named by weak tags, which {@code If-Match} does not heed
 * @param opaque all tags without their quotes
 */
record EntityTags(boolean any, Set<Long> strong, Set<Long> weak, Set<String> opaque) {
    /** Stored versions begin with 1. */
    static final long NO_VERSION = 0;
    private static final int MOST = 50;
    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"\\s*(,|$)");
    private static final Pattern VERSION = Pattern.compile("([1-9][0-9]{0,17})(-m[0-9]+(-superseded)?)?");

    EntityTags {
        strong = Set.copyOf(strong);
        weak = Set.copyOf(weak);
        opaque = Set.copyOf(opaque);
    }

    /** The tag of a version. */
    static String of(long version) {
        return "\"" + version + "\"";
    }

    /** The tag of a message as it is read: of its version and of its place, which change independently. Without quotes. */
    static String of(MessageMeta meta) {
        MessageId parent = meta.parent();
        return meta.version() + "-" + (parent == null ? "m0" : parent.value()) + (meta.superseded() ? "-superseded" : "");
    }

    /**
     * Reads a header.
     *
     * @param value all its lines joined by commas; null if it is missing
     * @return null if it is missing
     * @throws Failure.Invalid if it is malformed
     */
    static @Nullable EntityTags parse(String header, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if ("*".equals(value.strip())) {
            return new EntityTags(true, Set.of(), Set.of(), Set.of());
        }
        Set<Long> strong = new HashSet<>();
        Set<Long> weak = new HashSet<>();
        Set<String> opaque = new HashSet<>();
        Matcher matcher = TAG.matcher(value);
        int at = 0;
        int tags = 0;
        while (at < value.length() && tags++ < MOST && matcher.region(at, value.length()).lookingAt()) {
            opaque.add(matcher.group(2));
            Matcher version = VERSION.matcher(matcher.group(2));
            if (version.matches()) {
                (matcher.group(1) == null ? strong : weak).add(Long.parseLong(version.group(1)));
            }
            at = matcher.end();
        }
        if (at < value.length() || tags == 0 || value.stripTrailing().endsWith(",")) {
            throw Refused.parameter(header, "must be an entity tag like \"3\", a list of them, or *");
        }
        return new EntityTags(false, strong, weak, opaque);
    }

    /** Whether a stored version is among the tags by strong comparison. */
    boolean matchesStrongly(long version) {
        return any || strong.contains(version);
    }

    /** Whether a stored version is among the tags by weak comparison. */
    boolean matchesWeakly(long version) {
        return matchesStrongly(version) || weak.contains(version);
    }

    /** Whether a message as it is read is among the tags by weak comparison. */
    boolean matchesWeakly(MessageMeta meta) {
        return any || opaque.contains(of(meta));
    }
}

package io.parley.api;

import io.parley.conversation.Failure;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The versions that {@code If-Match} or {@code If-None-Match} names (RFC 9110, 8.8.3 and 13.1). A version's tag is its number
 * in quotes; any other tag is well formed but names no version.
 *
 * @param any whether the header was {@code *}
 * @param strong versions named by strong tags
 * @param weak versions named by weak tags, which {@code If-Match} does not heed
 */
record EntityTags(boolean any, Set<Long> strong, Set<Long> weak) {
    /** Stored versions begin with 1. */
    static final long NO_VERSION = 0;
    private static final int MOST = 50;
    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\"\\s*(,|$)");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

    EntityTags {
        strong = Set.copyOf(strong);
        weak = Set.copyOf(weak);
    }

    /** The tag of a version. */
    static String of(long version) {
        return "\"" + version + "\"";
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
            return new EntityTags(true, Set.of(), Set.of());
        }
        Set<Long> strong = new HashSet<>();
        Set<Long> weak = new HashSet<>();
        Matcher matcher = TAG.matcher(value);
        int at = 0;
        int tags = 0;
        while (at < value.length() && tags++ < MOST && matcher.region(at, value.length()).lookingAt()) {
            String version = matcher.group(2);
            if (VERSION.matcher(version).matches()) {
                (matcher.group(1) == null ? strong : weak).add(Long.parseLong(version));
            }
            at = matcher.end();
        }
        if (at < value.length() || tags == 0 || value.stripTrailing().endsWith(",")) {
            throw Refused.parameter(header, "must be an entity tag like \"3\", a list of them, or *");
        }
        return new EntityTags(false, strong, weak);
    }

    /** Whether a stored version is among the tags by strong comparison. */
    boolean matchesStrongly(long version) {
        return any || strong.contains(version);
    }

    /** Whether a stored version is among the tags by weak comparison. */
    boolean matchesWeakly(long version) {
        return matchesStrongly(version) || weak.contains(version);
    }
}

package io.parley.api;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of the {@code Prefer} header (RFC 7240) is understood; anything else in it is ignored, as that RFC demands.
 *
 * @param respondAsync whether the client rather has an answer now than a result later
 * @param waits how long it is willing to wait; null if it does not say
 */
record Preferences(boolean respondAsync, @Nullable Duration waits) {
    /** Longer than this, proxies cut a silent answer. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(50);
    /** What is longer is no preference, and would take the pattern long to find out. */
    private static final int LONGEST = 1_000;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String WORD = "(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*\")";
    private static final Pattern PREFERENCE = Pattern.compile("\\G[\\s,]*(" + TOKEN + ")\\s*(?:=\\s*" + WORD + "?)?\\s*"
            + "(?:;\\s*(?:" + TOKEN + "\\s*(?:=\\s*" + WORD + "?)?)?\\s*)*(?=,|$)");
    private static final Pattern SECONDS = Pattern.compile("\"?([0-9]{1,9})\"?");

    /** @param value all lines of the header joined by commas; null if it is missing */
    static Preferences parse(@Nullable String value) {
        boolean respondAsync = false;
        Duration wait = null;
        Matcher matcher = PREFERENCE.matcher(value == null || value.length() > LONGEST ? "" : value);
        while (matcher.find()) {
            switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
                case "respond-async" -> respondAsync = true;
                // The first of several counts.
                case "wait" -> wait = wait == null ? seconds(matcher.group(2)) : wait;
                default -> {
                }
            }
        }
        return new Preferences(respondAsync, wait);
    }

    /** How long to wait for the end of a turn that is being started. */
    Duration patience() {
        Duration said = waits;
        return said != null ? said : respondAsync ? Duration.ZERO : LONGEST_WAIT;
    }

    /** {@code Preference-Applied}, or null if nothing was preferred. */
    @Nullable
    String applied() {
        Duration said = waits;
        String waited = said == null ? null : "wait=" + said.toSeconds();
        if (respondAsync) {
            return waited == null ? "respond-async" : "respond-async, " + waited;
        }
        return waited;
    }

    private static @Nullable Duration seconds(@Nullable String value) {
        Matcher matcher = SECONDS.matcher(value == null ? "" : value);
        if (!matcher.matches()) {
            return null;
        }
        Duration wanted = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
        return wanted.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wanted;
    }
}

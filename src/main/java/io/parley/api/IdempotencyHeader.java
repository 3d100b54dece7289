package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Idempotency-Key}: 1 to 255 visible characters, bare or as a quoted string of RFC 8941. */
final class IdempotencyHeader {
    private static final String NAME = "Idempotency-Key";
    private static final int LONGEST = 255;
    private static final Pattern QUOTED = Pattern.compile("\"((?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])*)\"");
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    private IdempotencyHeader() {
    }

    /**
     * The key that a client gave.
     *
     * @return null if there is no header
     * @throws Failure.Invalid if it is not a key
     */
    static @Nullable String parse(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        // Every character of a key may be escaped.
        Matcher quoted = QUOTED.matcher(text.length() > 2 * LONGEST + 2 ? "" : text);
        String key = quoted.matches() ? quoted.group(1).replaceAll("\\\\(.)", "$1") : text;
        if (key.length() > LONGEST || !VISIBLE.matcher(key).matches() || (!quoted.matches() && key.startsWith("\""))) {
            throw Refused.parameter(NAME, "must be 1 to 255 visible ASCII characters, with or without quotes");
        }
        return key;
    }

    /** Binds a key to its owner and route (the path holds the session), and to what the request says. */
    static IdempotencyKey bind(String key, Owner owner, String method, String path, byte[] body) {
        byte[] route = parts(method, path);
        return new IdempotencyKey(sha256(parts(owner.name(), key), route), sha256(route, body));
    }

    private static byte[] parts(String... parts) {
        StringBuilder joined = new StringBuilder();
        for (String part : parts) {
            // With its length before it, no part can pass for two.
            joined.append(part.length()).append(':').append(part);
        }
        return joined.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] head, byte[] tail) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(head);
            return HexFormat.of().formatHex(digest.digest(tail));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

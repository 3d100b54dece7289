package io.parley.api.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * A JSON text that has been read as a whole.
 *
 * @param source as it came
 */
public record JsonText(String source, JsonValue root) {
    private static final int PIECE = 8_192;

    /**
     * Reads a request body strictly: one value, UTF-8, no duplicate member, nothing after it.
     *
     * @throws io.parley.conversation.Failure.Invalid with {@code MALFORMED_JSON}, or {@code TOO_LARGE} if it is too deep or
     *         holds too many values
     */
    public static JsonText read(byte[] body, Limits limits) {
        return read(decode(body), limits);
    }

    /** Reads a text; otherwise as {@link #read(byte[], Limits)}. */
    static JsonText read(String source, Limits limits) {
        return new JsonText(source, new JsonTextParser(source, limits.depth(), limits.values()).parse());
    }

    /** The characters of a value, byte for byte as they came. */
    public String raw(JsonValue value) {
        return source.substring(value.start(), value.end());
    }

    private static String decode(byte[] body) {
        if (body.length == 0) {
            throw Malformed.at("", "is empty: send a JSON value");
        }
        checkUtf8(body);
        return new String(body, StandardCharsets.UTF_8);
    }

    /** In pieces: all of a long body as characters would take twice its size once more. */
    private static void checkUtf8(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(body);
        CharBuffer piece = CharBuffer.allocate(Math.min(body.length, PIECE));
        CoderResult result;
        do {
            piece.clear();
            result = decoder.decode(bytes, piece, true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw Malformed.at("", "is not UTF-8");
        }
    }
}

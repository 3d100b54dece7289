package io.parley.provider;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads strings of JSON in UTF-8 without a parser, string by string. It leaves unusual strings, which may be wrong, to a
 * parser.
 */
final class JsonString {
    private static final int HEX = 16;
    /** The digits of an escape, and the characters before them. */
    private static final int DIGITS = 4;
    private static final int PREFIX = 2;
    private byte[] unescaped = {};
    private int length;
    private boolean ascii;
    private boolean escapes;
    private int end;

    /**
     * Finds the end of a string.
     *
     * @param from the index behind its first quote
     * @return whether it has an end before {@code to}
     */
    boolean find(byte[] json, int from, int to) {
        int all = 0;
        escapes = false;
        for (int at = from; at < to; at++) {
            int character = json[at];
            if (character == '"') {
                end = at;
                ascii = all >= 0;
                return true;
            }
            if (character == '\\') {
                escapes = true;
                at++;
            }
            all |= character;
        }
        return false;
    }

    /** Returns the index of the last quote of the string that was found. */
    int end() {
        return end;
    }

    /** Returns whether the string that was found stands there as it is: plain ASCII without an escape. */
    boolean isPlain() {
        return ascii && !escapes;
    }

    /** Returns the string that was found; null if only a parser can understand it. */
    @Nullable
    String text(byte[] json, int from) {
        if (isPlain()) {
            return new String(json, from, end - from, StandardCharsets.ISO_8859_1);
        }
        if (escapes && !unescape(json, from)) {
            return null;
        }
        String text = escapes ? new String(unescaped, 0, length, StandardCharsets.UTF_8)
                : new String(json, from, end - from, StandardCharsets.UTF_8);
        // A parser decides the meaning of bytes that are no character.
        return text.indexOf('\uFFFD') < 0 ? text : null;
    }

    private boolean unescape(byte[] json, int from) {
        length = 0;
        unescaped = unescaped.length < end - from ? new byte[2 * (end - from)] : unescaped;
        for (int at = from; at < end; at++) {
            if (json[at] != '\\') {
                unescaped[length++] = json[at];
                continue;
            }
            at++;
            if (json[at] == 'u') {
                int character = character(json, at + 1);
                if (character < 0) {
                    return false;
                }
                write(character);
                at += Character.isBmpCodePoint(character) ? DIGITS : DIGITS + PREFIX + DIGITS;
            } else if (!writeSimple(json[at])) {
                return false;
            }
        }
        return true;
    }

    private boolean writeSimple(int escape) {
        int meaning = switch (escape) {
            case '"', '\\', '/' -> escape;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> -1;
        };
        if (meaning >= 0) {
            unescaped[length++] = (byte) meaning;
        }
        return meaning >= 0;
    }

    /** Returns the character whose digits begin here, and may go on with a second escape; -1 if it is none. */
    private int character(byte[] json, int at) {
        int unit = unit(json, at);
        if (unit < 0 || !Character.isSurrogate((char) unit)) {
            return unit;
        }
        int second = at + DIGITS;
        boolean escaped = second + PREFIX <= end && json[second] == '\\' && json[second + 1] == 'u';
        int low = escaped ? unit(json, second + PREFIX) : -1;
        boolean pair = low >= 0 && Character.isSurrogatePair((char) unit, (char) low);
        return pair ? Character.toCodePoint((char) unit, (char) low) : -1;
    }

    /** Returns the number that four digits stand for; -1 if they are none. */
    private int unit(byte[] json, int at) {
        int unit = at + DIGITS <= end ? 0 : -1;
        for (int i = at; unit >= 0 && i < at + DIGITS; i++) {
            int digit = json[i] < 0 ? -1 : Character.digit(json[i], HEX);
            unit = digit < 0 ? -1 : unit * HEX + digit;
        }
        return unit;
    }

    /** Writes a character as UTF-8, which takes no more bytes than its escape. */
    private void write(int character) {
        for (byte part : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            unescaped[length++] = part;
        }
    }
}

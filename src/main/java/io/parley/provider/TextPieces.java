package io.parley.provider;

import org.jspecify.annotations.Nullable;

/** One text that comes in pieces cut anywhere, also between the two halves of a surrogate pair. */
public final class TextPieces {
    private char heldBack;

    /** The next piece as far as it is whole characters. A half that never finds its other becomes U+FFFD. */
    String next(@Nullable String piece) {
        if (piece == null || piece.isEmpty()) {
            return "";
        }
        String all = heldBack == 0 ? piece : heldBack + piece;
        heldBack = 0;
        if (Character.isHighSurrogate(all.charAt(all.length() - 1))) {
            heldBack = all.charAt(all.length() - 1);
            all = all.substring(0, all.length() - 1);
        }
        return withoutHalves(all);
    }

    private static String withoutHalves(String text) {
        int half = firstHalf(text, 0);
        if (half < 0) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text);
        while (half >= 0) {
            whole.setCharAt(half, '\uFFFD');
            half = firstHalf(whole, half + 1);
        }
        return whole.toString();
    }

    private static int firstHalf(CharSequence text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isHighSurrogate(text.charAt(i)) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** How many bytes of UTF-8 a text takes. */
    public static long utf8Length(String text) {
        long length = 0;
        for (int i = 0; i < text.length(); i++) {
            length += width(text.charAt(i));
        }
        return length;
    }

    /** The longest beginning of a text of whole characters that takes no more than so many bytes. */
    public static String prefix(String text, long bytes) {
        if (text.length() * 3L <= bytes) {
            return text;
        }
        long left = bytes;
        for (int i = 0; i < text.length(); i++) {
            boolean pair = Character.isHighSurrogate(text.charAt(i));
            left -= pair ? 4 : width(text.charAt(i));
            if (left < 0) {
                return text.substring(0, i);
            }
            i += pair ? 1 : 0;
        }
        return text;
    }

    /** Bytes of one UTF-16 unit; a pair has four in all. */
    private static int width(char c) {
        if (c < 0x80) {
            return 1;
        }
        return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}

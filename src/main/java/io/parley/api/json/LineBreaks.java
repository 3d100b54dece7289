package io.parley.api.json;

/**
 * Escapes the characters of a JSON text at which some clients end a line of an event stream, although only CR and LF end a line
 * there. Python's {@code splitlines}, for example, also ends lines at U+0085, U+2028 and U+2029. JSON has such characters only
 * within strings.
 */
final class LineBreaks {
    private static final char NEXT_LINE = '\u0085';
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    private LineBreaks() {
    }

    /** Returns a JSON text in which these characters are escaped. */
    static String escape(String json) {
        if (!hasAny(json)) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (isOne(c)) {
                escaped.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Returns whether a text has one of these characters. */
    static boolean hasAny(String text) {
        return text.indexOf(NEXT_LINE) >= 0 || text.indexOf(LINE_SEPARATOR) >= 0 || text.indexOf(PARAGRAPH_SEPARATOR) >= 0;
    }

    private static boolean isOne(char c) {
        return c == NEXT_LINE || c == LINE_SEPARATOR || c == PARAGRAPH_SEPARATOR;
    }
}

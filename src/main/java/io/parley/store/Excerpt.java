package io.parley.store;

import io.parley.conversation.Cut;

/** Makes the words around a text that was found, from stored JSON that was cut by bytes. */
final class Excerpt {
    private static final int ZERO_WIDTH_JOINER = 0x200D;
    /** Signs that colour the skin of the emoji before them. */
    private static final int FIRST_SKIN_TONE = 0x1F3FB;
    private static final int LAST_SKIN_TONE = 0x1F3FF;
    private static final int FIRST_FLAG_LETTER = 0x1F1E6;
    private static final int LAST_FLAG_LETTER = 0x1F1FF;

    private Excerpt() {
    }

    /**
     * Returns the words on one line, with an ellipsis where they are cut.
     *
     * @param before the JSON of the words before the found text, from a code point on
     * @param from the JSON of the found text and of the words after it
     * @param beginIsCut whether words are left out at the beginning
     * @param endIsCut whether words are left out at the end
     * @return empty if the JSON cannot be read
     */
    static String of(String before, String from, boolean beginIsCut, boolean endIsCut) {
        String begin = CutJson.text(before);
        String end = CutJson.text(from);
        String words = (beginIsCut ? begin.substring(wholeFrom(begin)) : begin) + (endIsCut ? withoutLast(end) : end);
        String line = words.replaceAll("\\s+", " ").strip();
        return line.isEmpty() ? "" : (beginIsCut ? "…" : "") + line + (endIsCut ? "…" : "");
    }

    /**
     * Returns where the first character of a text begins that is certainly whole. The first character may be the rest of a
     * longer one. A flag is two letters, so among flags nothing tells the first letter from the second.
     */
    private static int wholeFrom(String text) {
        int at = 0;
        while (at < text.length() && belongsToTheOneBefore(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at < text.length() ? Cut.after(text, at + 1) : at;
    }

    private static boolean belongsToTheOneBefore(int point) {
        int type = Character.getType(point);
        return point == ZERO_WIDTH_JOINER || type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK || (point >= FIRST_SKIN_TONE && point <= LAST_SKIN_TONE)
                || (point >= FIRST_FLAG_LETTER && point <= LAST_FLAG_LETTER);
    }

    /** Leaves out the last character, which may be the beginning of a longer one; but never the only one. */
    private static String withoutLast(String text) {
        int end = Cut.before(text, text.length() - 1);
        return end > 0 ? text.substring(0, end) : text;
    }
}

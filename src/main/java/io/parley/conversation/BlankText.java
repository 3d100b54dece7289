package io.parley.conversation;

/** Decides whether a text has no visible character. Servers refuse such text. */
public final class BlankText {
    private static final int NEXT_LINE = 0x85;
    private static final int HANGUL_FILLER = 0x3164;
    private static final int HALFWIDTH_HANGUL_FILLER = 0xFFA0;

    private BlankText() {
    }

    /**
     * Returns whether a text has nothing but white space, separators, control characters and invisible format characters of
     * Unicode. {@link String#isBlank()} does not help, because it takes U+00A0, U+2007 and U+202F for visible text.
     */
    public static boolean isBlank(String text) {
        return text.codePoints().allMatch(BlankText::isBlank);
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE || c == HANGUL_FILLER
                || c == HALFWIDTH_HANGUL_FILLER || Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
    }
}

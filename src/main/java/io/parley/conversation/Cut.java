package io.parley.conversation;

import java.text.BreakIterator;
import java.util.Locale;

/**
 * Cuts texts between characters, never within one. A character is what a reader takes for one: an extended grapheme cluster of
 * Unicode (UAX #29), such as a flag, a family or a letter with its accents.
 */
public final class Cut {
    /** The longest character that a cut keeps whole, in UTF-16 units. A longer one is cut between its code points. */
    private static final int LONGEST_CHARACTER = 64;
    /** How many UTF-16 units before the cut are read in a long text. */
    private static final int READ = 4096;

    private Cut() {
    }

    /** Returns the longest beginning of a text that has at most this many UTF-16 units and ends between two characters. */
    public static String beginning(String text, int most) {
        return text.substring(0, before(text, most));
    }

    /**
     * Returns the last place between two characters that is not after this place.
     *
     * @param most a place in UTF-16 units; one after the end of the text stands for the end
     */
    public static int before(String text, int most) {
        if (most >= text.length()) {
            return text.length();
        }
        if (most <= 0) {
            return 0;
        }
        int from = codePoint(text, Math.max(0, most - READ));
        BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
        characters.setText(text.substring(from, Math.min(text.length(), most + LONGEST_CHARACTER)));
        int place = characters.isBoundary(most - from) ? most : from + characters.preceding(most - from);
        return most - place > LONGEST_CHARACTER ? codePoint(text, most) : place;
    }

    /**
     * Returns the first place between two characters that is not before this place. A long character may be cut between its
     * code points.
     *
     * @param least a place in UTF-16 units, from 1 to the length of the text
     */
    public static int after(String text, int least) {
        for (int at = least; at < text.length() && at < least + LONGEST_CHARACTER; at++) {
            if (before(text, at) == at) {
                return at;
            }
        }
        return before(text, least + LONGEST_CHARACTER);
    }

    private static int codePoint(String text, int at) {
        boolean isInPair = at > 0 && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
        return isInPair ? at - 1 : at;
    }
}

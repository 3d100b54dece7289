package io.parley.provider.minilm;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into the pieces of words that the model knows, as BERT's uncased tokeniser does: control characters dropped,
 * accents stripped, lower case, ideographs and punctuation on their own, and of each word the longest known piece first.
 * Names of special pieces, such as {@code [SEP]}, are ordinary text here, since the text is somebody else's.
 */
final class WordPieces {
    static final int UNKNOWN = 100;
    static final int START = 101;
    static final int END = 102;
    /** A longer word is unknown as a whole. */
    private static final int LONGEST_WORD = 100;
    private static final int ASCII = 0x80;
    private static final int REPLACEMENT = 0xFFFD;
    private final Map<String, Integer> vocabulary;

    /** @param vocabulary the number of each piece; one that goes on with a word begins with {@code ##} */
    WordPieces(Map<String, Integer> vocabulary) {
        this.vocabulary = Map.copyOf(vocabulary);
    }

    /** The pieces of the text, up to so many; what follows is not even looked at. */
    int[] of(String text, int most) {
        Pieces pieces = new Pieces(most);
        for (int at = 0; at < text.length() && !pieces.isFull();) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            take(character, pieces);
        }
        pieces.endWord();
        return pieces.taken();
    }

    private static void take(int character, Pieces pieces) {
        if (isSpace(character)) {
            pieces.endWord();
        } else if (isIdeograph(character)) {
            pieces.endWord();
            decomposed(character).forEach(pieces::add);
            pieces.endWord();
        } else if (character < ASCII) {
            takePlain(character, pieces);
        } else if (!isDropped(character)) {
            decomposed(character).filter(part -> Character.getType(part) != Character.NON_SPACING_MARK)
                    .forEach(part -> takePlain(part, pieces));
        }
    }

    private static IntStream decomposed(int character) {
        return Normalizer.normalize(Character.toString(character), Normalizer.Form.NFD).codePoints();
    }

    private static void takePlain(int character, Pieces pieces) {
        if (isPunctuation(character)) {
            pieces.endWord();
            pieces.add(character);
            pieces.endWord();
        } else if (!isDropped(character)) {
            pieces.add(Character.toLowerCase(character));
        }
    }

    private static boolean isSpace(int character) {
        return character == '\t' || character == '\n' || character == '\r' || Character.isSpaceChar(character);
    }

    private static boolean isDropped(int character) {
        return character == REPLACEMENT || switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isPunctuation(int character) {
        if (character < ASCII) {
            return character > ' ' && character < 0x7F && !Character.isLetterOrDigit(character);
        }
        return switch (Character.getType(character)) {
            case Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION, Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                true;
            default -> false;
        };
    }

    /** The blocks that the tokeniser's authors took for Chinese. */
    private static boolean isIdeograph(int character) {
        return (character >= 0x4E00 && character <= 0x9FFF) || (character >= 0x3400 && character <= 0x4DBF)
                || (character >= 0x20000 && character <= 0x2A6DF) || (character >= 0x2A700 && character <= 0x2CEAF)
                || (character >= 0xF900 && character <= 0xFAFF) || (character >= 0x2F800 && character <= 0x2FA1F);
    }

    /** The pieces so far, and the word in the making. */
    private final class Pieces {
        private final int most;
        private final StringBuilder word = new StringBuilder();
        private int letters;
        private int[] taken = new int[64];
        private int count;

        Pieces(int most) {
            this.most = most;
        }

        boolean isFull() {
            return count >= most;
        }

        int[] taken() {
            return Arrays.copyOf(taken, Math.min(count, most));
        }

        void add(int character) {
            if (letters <= LONGEST_WORD) {
                word.appendCodePoint(character);
                letters++;
            }
        }

        void endWord() {
            if (letters > 0) {
                int before = count;
                if (letters > LONGEST_WORD || !cut()) {
                    count = before;
                    put(UNKNOWN);
                }
            }
            word.setLength(0);
            letters = 0;
        }

        /** Whether all of the word is made of known pieces, which then are added. */
        private boolean cut() {
            for (int from = 0; from < word.length();) {
                int to = word.length();
                Integer known = find(from, to);
                while (known == null && to > from + 1) {
                    known = find(from, --to);
                }
                if (known == null) {
                    return false;
                }
                put(known);
                from = to;
            }
            return true;
        }

        private @Nullable Integer find(int from, int to) {
            String part = word.substring(from, to);
            return vocabulary.get(from == 0 ? part : "##" + part);
        }

        private void put(int piece) {
            if (count == taken.length) {
                taken = Arrays.copyOf(taken, count * 2);
            }
            taken[count++] = piece;
        }
    }
}

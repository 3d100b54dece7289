package io.parley.simulator;

import java.util.stream.Stream;

/** The simulated tokeniser: every four characters (code points) are one token. */
final class Tokens {
    /** Of one token. */
    static final int CHARACTERS = 4;

    private Tokens() {
    }

    /** How many tokens a text has. */
    static int count(String text) {
        return Math.ceilDiv(text.codePointCount(0, text.length()), CHARACTERS);
    }

    /** The text's first tokens. */
    static String first(String text, int tokens) {
        if (tokens >= count(text)) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, tokens * CHARACTERS));
    }

    /** How many pieces of so many tokens a text has. */
    static int pieces(String text, int tokensPerPiece) {
        return Math.ceilDiv(count(text), tokensPerPiece);
    }

    /** The text piece by piece, so many tokens each, never half a character. Lazy, for one pass. */
    static Stream<String> stream(String text, int tokensPerPiece) {
        Reader reader = new Reader(text, tokensPerPiece);
        return Stream.generate(reader::next).limit(pieces(text, tokensPerPiece));
    }

    private static final class Reader {
        private final String text;
        private final long charactersPerPiece;
        private int position;

        Reader(String text, int tokensPerPiece) {
            this.text = text;
            this.charactersPerPiece = (long) tokensPerPiece * CHARACTERS;
        }

        String next() {
            int start = position;
            for (long i = 0; i < charactersPerPiece && position < text.length(); i++) {
                position += Character.charCount(text.codePointAt(position));
            }
            return text.substring(start, position);
        }
    }
}

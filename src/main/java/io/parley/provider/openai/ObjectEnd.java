package io.parley.provider.openai;

/** Finds the end of a JSON object that comes in pieces. It looks at each character once, however many pieces there are. */
final class ObjectEnd {
    private int depth;
    private boolean quoted;
    private boolean escaped;
    private boolean reached;

    /** Takes the next piece. */
    void add(String piece) {
        piece.chars().forEach(this::add);
    }

    private void add(int character) {
        if (quoted) {
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if (character == '"') {
            quoted = true;
        } else if (character == '{') {
            depth++;
        } else if (character == '}') {
            depth--;
            reached = depth == 0;
        }
    }

    /** Returns whether the object is whole. */
    boolean isReached() {
        return reached;
    }
}

package io.parley.context;

import io.parley.conversation.Cut;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what was said in a turn into passages that are each about little enough for one vector. What the user says is cut finer
 * than what the model answers: one sentence of it is often what is looked for later, and among others it would be lost.
 */
public final class Passages {
    /** Most passages of a turn. */
    public static final int MOST = 8;
    private static final int MOST_OF_USER = 5;
    private static final int SHORT_OF_USER = 180;
    private static final int SHORT_OF_REPLY = 500;
    /** So many characters around the place where a cut is due the end of a sentence is looked for, then a white space. */
    private static final int SLACK = 90;

    private Passages() {
    }

    /**
     * The passages of a turn: at most {@value #MOST}, those of a text of about equal length, the user's text first. They are
     * together all of both texts but for white space; none is blank. Blank texts have none.
     */
    public static List<String> of(String userText, String replyText) {
        List<String> passages = new ArrayList<>();
        cut(userText.strip(), SHORT_OF_USER, MOST_OF_USER, passages);
        cut(replyText.strip(), SHORT_OF_REPLY, MOST - passages.size(), passages);
        return List.copyOf(passages);
    }

    private static void cut(String text, int length, int most, List<String> passages) {
        int from = 0;
        for (int left = (int) Math.min(most, Math.ceilDiv((long) text.length(), length)); left > 0; left--) {
            int to = left == 1 ? text.length() : end(text, from, from + Math.ceilDiv(text.length() - from, left));
            String passage = text.substring(from, to).strip();
            if (!passage.isEmpty()) {
                passages.add(passage);
            }
            from = to;
        }
    }

    /** The end of a passage that is due at a place: the nearest end of a sentence, else of a word, else of a character. */
    private static int end(String text, int from, int due) {
        for (int off = 0; off <= SLACK; off++) {
            if (isSentenceEnd(text, due + off)) {
                return due + off;
            }
            if (due - off > from && isSentenceEnd(text, due - off)) {
                return due - off;
            }
        }
        for (int at = Math.min(due, text.length() - 1); at > Math.max(from, due - SLACK); at--) {
            if (Character.isWhitespace(text.charAt(at))) {
                return at;
            }
        }
        return Cut.before(text, due);
    }

    private static boolean isSentenceEnd(String text, int at) {
        return at > 0 && at < text.length() && Character.isWhitespace(text.charAt(at)) && switch (text.charAt(at - 1)) {
            case '.', '!', '?', ':', '\n', '。', '！', '？' -> true;
            default -> false;
        };
    }
}

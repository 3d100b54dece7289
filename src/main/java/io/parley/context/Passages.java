package io.parley.context;

import java.util.ArrayList;
import java.util.List;

/** Cuts what was said in a turn into passages that are each about little enough for one vector. */
public final class Passages {
    /** Most passages of a turn. */
    public static final int MOST = 4;
    /** A turn of up to so many characters is one passage. */
    private static final int SHORT = 500;
    /** So many characters before the place where a cut is due a white space is looked for. */
    private static final int SLACK = 64;

    private Passages() {
    }

    /**
     * The passages of a turn: at most {@value #MOST}, of about equal length, the user's text first. Together they are all of
     * the text but for white space; none is blank, and none is longer than {@value #SHORT} characters or a quarter of the
     * whole, give or take a word. Blank texts have none.
     */
    public static List<String> of(String userText, String replyText) {
        String text = (userText.strip() + "\n\n" + replyText.strip()).strip();
        int count = (int) Math.min(MOST, Math.ceilDiv((long) text.length(), SHORT));
        List<String> passages = new ArrayList<>();
        int from = 0;
        for (int left = count; left > 0; left--) {
            int to = left == 1 ? text.length() : cut(text, from, from + Math.ceilDiv(text.length() - from, left));
            String passage = text.substring(from, to).strip();
            if (!passage.isEmpty()) {
                passages.add(passage);
            }
            from = to;
        }
        return List.copyOf(passages);
    }

    private static int cut(String text, int from, int due) {
        for (int at = due; at > Math.max(from, due - SLACK); at--) {
            if (Character.isWhitespace(text.charAt(at))) {
                return at;
            }
        }
        boolean inPair = Character.isHighSurrogate(text.charAt(due - 1)) && Character.isLowSurrogate(text.charAt(due));
        return inPair ? due - 1 : due;
    }
}

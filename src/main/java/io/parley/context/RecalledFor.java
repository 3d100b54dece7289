package io.parley.context;

import io.parley.context.VectorIndex.Hit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The turns that were brought back for an exchange, as they are remembered: {@code 12:1-2,5-8} for the one that begins
 * with message 12. While it goes on with results of tools the same ones are sent again, or its prompt would change in the
 * middle.
 */
final class RecalledFor {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15}):(\\d{1,15}-\\d{1,15}(?:,\\d{1,15}-\\d{1,15})*)");

    private RecalledFor() {
    }

    static String of(long exchange, List<RecalledTurn> turns) {
        if (turns.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder().append(exchange).append(':');
        for (RecalledTurn turn : turns) {
            text.append(text.charAt(text.length() - 1) == ':' ? "" : ",").append(turn.messages().getFirst().id().sequence())
                    .append('-').append(turn.messages().getLast().id().sequence());
        }
        return text.toString();
    }

    /** The turns remembered for an exchange; none if it was another one. */
    static List<Hit> turns(String remembered, long exchange) {
        Matcher form = FORM.matcher(remembered);
        List<Hit> turns = new ArrayList<>();
        if (form.matches() && Long.parseLong(form.group(1)) == exchange) {
            for (String range : form.group(2).split(",", -1)) {
                int dash = range.indexOf('-');
                turns.add(new Hit(Long.parseLong(range.substring(0, dash)), Long.parseLong(range.substring(dash + 1)), 1));
            }
        }
        return turns;
    }
}

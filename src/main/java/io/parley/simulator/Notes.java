package io.parley.simulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message of the user, taken apart: what a gateway put into it, in tags such as {@code <summary>}, is data about the
 * conversation and neither the user's question nor a command.
 *
 * @param own the user's own words
 * @param added what stands in tags, in order
 */
record Notes(String own, List<Note> added) {
    // The tag that an instruction only speaks of opens nothing.
    private static final Pattern OPENING = Pattern
            .compile("(?<!conversation in )<(summary|recalled|facts|conversation)(?: [^<>]{0,200})?>");

    Notes { added = List.copyOf(added); }

    /** Takes a text apart. */
    static Notes of(String text) {
        StringBuilder own = new StringBuilder();
        List<Note> added = new ArrayList<>();
        Set<String> neverClosed = new HashSet<>();
        Matcher opening = OPENING.matcher(text);
        int position = 0;
        for (int from = 0; opening.find(from); from = Math.max(position, opening.end())) {
            String tag = opening.group(1);
            int end = neverClosed.contains(tag) ? -1 : text.indexOf("</" + tag + ">", opening.end());
            if (end < 0) {
                neverClosed.add(tag);
            } else {
                added.add(new Note(tag, text.substring(opening.end(), end)));
                own.append(text, position, opening.start());
                position = end + tag.length() + 3;
            }
        }
        return new Notes(own.append(text, position, text.length()).toString().strip(), added);
    }

    /**
     * What stands between two tags.
     *
     * @param tag its name, e.g. {@code summary}
     */
    record Note(String tag, String text) {}
}

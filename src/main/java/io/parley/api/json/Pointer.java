package io.parley.api.json;

import io.parley.conversation.Cut;

/** RFC 6901 JSON pointers. */
final class Pointer {
    /** So that a hostile member name does not come back in full. */
    private static final int LONGEST_NAME = 100;

    private Pointer() {
    }

    /** The member of an object. */
    static String child(String parent, String name) {
        String shown = name.length() > LONGEST_NAME ? Cut.beginning(name, LONGEST_NAME) + "…" : name;
        return parent + "/" + withoutLoneSurrogates(shown).replace("~", "~0").replace("/", "~1");
    }

    /** The element of an array. */
    static String child(String parent, int index) {
        return parent + "/" + index;
    }

    private static String withoutLoneSurrogates(String text) {
        return Unicode.isWellFormed(text) ? text : text.replaceAll("\\p{Cs}", "\ufffd");
    }
}

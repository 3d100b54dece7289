package io.parley.provider;

import io.parley.conversation.MessageId;
import io.parley.provider.Adaptation.Kind;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects the differences between the stored history and the sent one. */
final class Adaptations {
    private static final Comparator<Adaptation> ORDER = Comparator
            .<Adaptation> comparingLong(note -> note.message() == null ? 0 : note.message().sequence())
            .thenComparing(Adaptation::kind);
    private final Set<Adaptation> notes = new LinkedHashSet<>();

    void add(MessageId message, Kind kind) {
        notes.add(new Adaptation(message, kind));
    }

    /** Returns the differences in conversation order, each of them once. */
    List<Adaptation> all() {
        return notes.stream().sorted(ORDER).toList();
    }
}

package io.parley.context;

import io.parley.conversation.Summary;
import java.util.List;

/**
 * What is stored with a session for choosing its contexts.
 *
 * @param summaries the one in use and the newest one, of those that hold for the conversation as it stands, oldest first
 * @param version of the settings and messages that the state belongs to: a later state is stored only if it is still this one
 */
public record StoredContext(ContextState state, List<Summary> summaries, long version) {
    /** Of a session without turns. */
    public static final StoredContext NONE = new StoredContext(ContextState.NEW, List.of(), 0);

    public StoredContext { summaries = List.copyOf(summaries); }

    /** With the cut forgotten, as by a change of the policies. */
    public StoredContext withoutCut() {
        return new StoredContext(state.withoutCut(), summaries, version);
    }
}

package io.parley.conversation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a session may change. They hold from the next turn on.
 *
 * @param title shown to people; may be empty
 * @param model catalogue name; null: the deployment's default model, whichever that is at the time
 * @param fallbacks models to try in order when the first one fails before its first content
 * @param systemPrompt instructions of the highest rank, or null
 * @param facts data about the user or the task that every turn is given
 * @param context the policies that choose what is sent; empty: the deployment's default
 * @param retention how long the session is kept after its last write; null: for ever
 * @param metadata a JSON object of the client's own
 */
public record SessionSettings(String title, @Nullable String model, List<String> fallbacks, @Nullable String systemPrompt,
        List<String> facts, List<ContextSpec> context, Generation generation, IfRunning ifRunning,
        OnDisconnect onDisconnect, OnCrash onCrash, @Nullable Duration retention, RawJson metadata) {
    public SessionSettings {
        fallbacks = List.copyOf(fallbacks);
        facts = List.copyOf(facts);
        context = List.copyOf(context);
    }

    /** Returns these settings as a list of sessions shows them: without system prompt, facts and tools, which may be long. */
    public SessionSettings forLists() {
        return new SessionSettings(title, model, fallbacks, null, List.of(), context, generation.withTools(null), ifRunning,
                onDisconnect, onCrash, retention, metadata);
    }
}

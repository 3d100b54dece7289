package io.parley.provider;

import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.ToolDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to a model, in Parley's own words. The provider renders it deterministically: equal calls give equal bytes.
 *
 * @param system instructions, or null
 * @param messages in conversation order, ending with a user or tool message, images inline or by URL; {@link WireHistory} makes
 *        them legal for the provider
 * @param generation {@code maxOutputTokens} decided; the rest null where the model decides
 * @param cache where the prompt is worth caching; its marks are on messages of this call
 * @param form the form in which the history is sent
 */
public record ChatCall(Model model, @Nullable String system, List<Message> messages, Generation generation,
        CacheHints cache, CallForm form) {
    /** @throws IllegalArgumentException if a mark is on a message that does not exist */
    public ChatCall {
        messages = List.copyOf(messages);
        if (!cache.marks().isEmpty() && cache.marks().getLast().message() >= messages.size()) {
            throw new IllegalArgumentException("a mark beyond the last message: " + cache.marks().getLast());
        }
    }

    /** Creates a call in the usual form. */
    public ChatCall(Model model, @Nullable String system, List<Message> messages, Generation generation, CacheHints cache) {
        this(model, system, messages, generation, cache, CallForm.USUAL);
    }

    /** Returns the tools that the model may call; none if the model cannot use tools. */
    public List<ToolDefinition> tools() {
        List<ToolDefinition> wanted = generation.tools();
        return wanted == null || !model.can(Ability.TOOLS) ? List.of() : wanted;
    }

    /** Returns whether the history is sent as text only. */
    public boolean plain() {
        return form == CallForm.PLAIN;
    }

    /** Returns this call in another form. */
    public ChatCall in(CallForm other) {
        return new ChatCall(model, system, messages, generation, cache, other);
    }
}

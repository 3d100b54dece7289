package io.parley.provider;

import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to a model, in Parley's own words. The provider renders it deterministically: equal calls give equal bytes.
 *
 * @param system instructions, or null
 * @param messages starts with a user message, ends with a user or tool message, images inline or by URL
 * @param generation {@code maxOutputTokens} decided; the rest null where the model decides
 * @param cache where the prompt is worth caching; its marks are on messages of this call
 */
public record ChatCall(Model model, @Nullable String system, List<Message> messages, Generation generation,
        CacheHints cache) {
    /** @throws IllegalArgumentException if a mark is on a message that does not exist */
    public ChatCall {
        messages = List.copyOf(messages);
        if (!cache.marks().isEmpty() && cache.marks().getLast().message() >= messages.size()) {
            throw new IllegalArgumentException("a mark beyond the last message: " + cache.marks().getLast());
        }
    }
}

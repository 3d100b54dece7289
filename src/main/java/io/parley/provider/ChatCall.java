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
 * @param cacheKey stable for the session, at most 64 characters; routes equal prefixes to one cache
 */
public record ChatCall(Model model, @Nullable String system, List<Message> messages, Generation generation,
        String cacheKey) {
    public ChatCall { messages = List.copyOf(messages); }
}

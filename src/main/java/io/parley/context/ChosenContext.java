package io.parley.context;

import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent for a turn.
 *
 * @param policy by name
 * @param system instructions, or null
 * @param messages starts with a user message, ends with the newest input
 * @param sentTokens of the messages, by the model's tokeniser
 * @param omittedMessages of the conversation, not sent
 * @param omittedTokens likewise
 * @param generation with {@code maxOutputTokens} decided
 */
public record ChosenContext(String policy, @Nullable String system, List<Message> messages, long sentTokens,
        long omittedMessages, long omittedTokens, Generation generation) {
    public ChosenContext { messages = List.copyOf(messages); }
}

package io.parley.context;

import io.parley.conversation.Message;
import java.util.List;

/**
 * A user message and all messages up to the next one. They are sent together or not at all. The assistant's messages before the
 * first user message of a conversation, such as a greeting, are an exchange too.
 *
 * @param messages starts with a user message, or is such a greeting
 * @param tokens of all of them, for the model at hand
 */
record Exchange(List<Message> messages, long tokens) {
    Exchange { messages = List.copyOf(messages); }

    long first() {
        return messages.getFirst().id().sequence();
    }

    long last() {
        return messages.getLast().id().sequence();
    }
}

package io.parley.context;

import io.parley.conversation.Message;
import java.util.List;

/**
 * A user message and all up to the next one: what is sent whole or not at all.
 *
 * @param messages starts with a user message
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

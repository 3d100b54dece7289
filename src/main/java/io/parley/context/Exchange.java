package io.parley.context;

import io.parley.conversation.Message;
import java.util.List;

/**
 * A user message and all up to the next one: what is sent whole or not at all.
 *
 * @param messages starts with a user message
 */
record Exchange(List<Message> messages, ContextPolicy.ExchangeSize size) {
    Exchange { messages = List.copyOf(messages); }
}

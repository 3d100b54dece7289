package io.parley.context;

import io.parley.conversation.Message;
import java.util.List;

/**
 * An older turn that is brought back because it is like the input.
 *
 * @param messages its messages as they stand now, in conversation order
 * @param similarity cosine, from -1 to 1
 */
public record RecalledTurn(List<Message> messages, double similarity) {
    public RecalledTurn { messages = List.copyOf(messages); }
}

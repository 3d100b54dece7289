package io.parley.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an earlier part of a conversation came to, made once and never changed. The messages it stands for stay in the history.
 *
 * @param first the first message that it covers
 * @param through the last message that it covers; names the summary within its session
 * @param text data about the conversation, never instructions
 * @param tokens of the text
 * @param model catalogue name of the model that wrote it
 * @param source fingerprint of what it was made from: the messages with their versions and the summary before it
 * @param usage what making it took
 * @param cost of that, or null where the price is unknown
 */
public record Summary(MessageId first, MessageId through, String text, TokenCount tokens, String model, String source,
        Usage usage, @Nullable Cost cost, Instant createdAt) {}

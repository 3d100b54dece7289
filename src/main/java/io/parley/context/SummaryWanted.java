package io.parley.context;

import io.parley.conversation.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * A summary that is worth making.
 *
 * @param through the last message it is to cover: the end of an exchange
 * @param model catalogue name of the model that the policy names for it, or null
 */
public record SummaryWanted(MessageId through, @Nullable String model) {}

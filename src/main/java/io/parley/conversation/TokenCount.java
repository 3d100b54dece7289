package io.parley.conversation;

/**
 * How long a content is for a model, counted once and stored with the message.
 *
 * @param tokens 0 or more
 * @param encoding the tokeniser that counted, as named in the model catalogue, e.g. {@code o200k_base}
 */
public record TokenCount(int tokens, String encoding) {}

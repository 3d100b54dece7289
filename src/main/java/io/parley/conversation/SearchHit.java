package io.parley.conversation;

/**
 * A place in a conversation at which a text was found.
 *
 * @param message the newest message that has the text
 * @param text the words around the text, of some 200 characters, with an ellipsis where they are cut; empty if they cannot be
 *        read
 */
public record SearchHit(MessageId message, String text) {}

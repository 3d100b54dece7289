package io.parley.context;

import io.parley.conversation.Message;

/**
 * A part of what is sent, in its order. A provider's prompt cache goes on as long as each segment is the one it was before.
 *
 * @param print equal for equal content: for a message its number, version, blocks and time, such as {@code 12.1.2.k9x}, as
 *        numbers come again in forks; else a hash
 * @param tokens as counted, not yet scaled to the model
 */
public record Segment(Kind kind, String print, long tokens) {

    /** What a segment is. */
    public enum Kind {
        TOOLS,
        SYSTEM,
        FACTS,
        SUMMARY,
        /** Several messages, named by the last one of them. */
        MESSAGES,
        MESSAGE,
        /** Older turns that were brought back for the exchange whose input stands before; gone with the next one. */
        RECALLED
    }

    static Segment of(Message message, long tokens) {
        return new Segment(Kind.MESSAGE,
                message.id().sequence() + "." + message.meta().version() + "." + message.content().size() + "."
                        + Long.toString(message.meta().createdAt().toEpochMilli(), Character.MAX_RADIX),
                tokens);
    }

    static Segment of(Kind kind, String text, long tokens) {
        return new Segment(kind, Fingerprint.of(text), tokens);
    }

    /** The number of the message, 0 for what is none. */
    public long sequence() {
        return kind == Kind.MESSAGE || kind == Kind.MESSAGES ? Long.parseLong(print.substring(0, print.indexOf('.'))) : 0;
    }

    boolean isSameAs(Segment other) {
        return kind == other.kind && print.equals(other.print);
    }

    /** For people: {@code system}, {@code message m12}. */
    String label() {
        return switch (kind) {
            case MESSAGE -> "message m" + sequence();
            case MESSAGES -> "a message up to m" + sequence();
            case TOOLS -> "tools";
            case SYSTEM -> "system";
            case FACTS -> "facts";
            case SUMMARY -> "summary";
            case RECALLED -> "recalled";
        };
    }
}

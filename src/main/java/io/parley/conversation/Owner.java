package io.parley.conversation;

/**
 * Who a session belongs to. Another owner's things do not exist for a caller.
 *
 * @param name any text; it becomes part of a key only hashed
 */
public record Owner(String name) {
    /** The one owner of a deployment that does not tell its users apart. */
    public static final Owner LOCAL = new Owner("local");
}

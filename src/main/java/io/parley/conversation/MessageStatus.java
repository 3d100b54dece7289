package io.parley.conversation;

/** How a message came to its end; anything but {@code COMPLETED} is a reply that stops in the middle. */
public enum MessageStatus {
    COMPLETED,
    CANCELLED,
    FAILED,
    INTERRUPTED
}

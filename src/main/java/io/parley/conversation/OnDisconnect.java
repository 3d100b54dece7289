package io.parley.conversation;

/** What happens to a running turn when its last listener has left. */
public enum OnDisconnect {
    CONTINUE,
    CANCEL
}

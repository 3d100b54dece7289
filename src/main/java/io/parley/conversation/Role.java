package io.parley.conversation;

/** Who speaks in a message. There is no system role: the system prompt belongs to the session. */
public enum Role {
    USER,
    ASSISTANT,
    /** Carries the results of tools that the assistant asked for. */
    TOOL
}

package io.parley.conversation;

/** Why a reply ended, in the words of the API: {@code TOOL_CALLS} is {@code tool-calls}. */
public enum FinishReason {
    STOP,
    LENGTH,
    TOOL_CALLS,
    REFUSAL,
    CONTENT_FILTER,
    CANCELLED,
    INTERRUPTED,
    UNKNOWN
}

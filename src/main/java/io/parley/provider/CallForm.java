package io.parley.provider;

/** In which form the history of a call is told. */
public enum CallForm {
    /** As the strictest server of the protocol takes it. */
    USUAL,
    /** The usual form with the reasoning that led to tool calls, for a server that has asked for it. */
    WITH_REASONING,
    /**
     * In text only, strictly in turn: no pictures, calls and results as text, nothing that is bound to a provider. A provider
     * that has refused the usual form may take this one.
     */
    PLAIN
}

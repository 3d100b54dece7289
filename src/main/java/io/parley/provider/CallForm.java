package io.parley.provider;

/** The form in which Parley sends the history of a call. */
public enum CallForm {
    /** The form that the strictest server of the protocol accepts. */
    USUAL,
    /** The usual form with the reasoning that led to tool calls, for a server that has asked for it. */
    WITH_REASONING,
    /**
     * Text only and strictly in turn: no pictures, calls and results as text, no block that is bound to a provider. A provider
     * that has refused the usual form may accept this form.
     */
    PLAIN
}

package io.parley.provider;

/**
 * The form of a call's history that the strictest server of a protocol accepts.
 *
 * @param provider the provider's name in the configuration; blocks that are bound to another provider are left out
 * @param startsWithAssistant whether the first message may be one of the assistant
 * @param resultsInUser whether results of tools are blocks of a user message; else they are messages of their own, which an
 *        assistant message must follow
 * @param reasoning the part of the model's reasoning that the provider accepts
 * @param pictures whether the model accepts pictures
 * @param tools whether the model can use tools
 * @param plain whether the whole history is sent as text, see {@link ChatCall#plain()}
 */
public record WireRules(String provider, boolean startsWithAssistant, boolean resultsInUser, Reasoning reasoning,
        boolean pictures, boolean tools, boolean plain) {

    /** The part of the model's reasoning that a provider accepts in a history. */
    public enum Reasoning {
        /** No reasoning. */
        NONE,
        /** The text of the reasoning. */
        TEXT,
        /** Signed blocks and opaque blocks, unchanged. */
        SIGNED
    }

    /** Returns the rules for a call. */
    public static WireRules of(Endpoint endpoint, ChatCall call, boolean startsWithAssistant, boolean resultsInUser,
            Reasoning reasoning) {
        boolean plain = call.plain();
        return new WireRules(endpoint.name(), startsWithAssistant && !plain, resultsInUser,
                plain ? Reasoning.NONE : reasoning, call.model().can(Ability.IMAGES) && !plain,
                call.model().can(Ability.TOOLS) && !plain, plain);
    }
}

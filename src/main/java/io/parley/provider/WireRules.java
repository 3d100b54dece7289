package io.parley.provider;

/**
 * What the strictest server of a protocol takes from one call's history.
 *
 * @param provider name of the provider in the configuration: blocks bound to another one are left out
 * @param startsWithAssistant whether the first message may be the assistant's
 * @param resultsInUser whether results of tools are blocks of a user message; else they are messages of their own, after
 *        which the assistant speaks next
 * @param reasoning what of the model's reasoning the provider takes back
 * @param pictures whether the model sees pictures
 * @param tools whether the model knows tools
 * @param plain whether everything is told as text, see {@link ChatCall#plain()}
 */
public record WireRules(String provider, boolean startsWithAssistant, boolean resultsInUser, Reasoning reasoning,
        boolean pictures, boolean tools, boolean plain) {

    /** What of the model's reasoning a provider takes back. */
    public enum Reasoning {
        /** Nothing. */
        NONE,
        /** Its text. */
        TEXT,
        /** Signed blocks and opaque ones, unchanged. */
        SIGNED
    }

    /** The rules for a call. */
    public static WireRules of(Endpoint endpoint, ChatCall call, boolean startsWithAssistant, boolean resultsInUser,
            Reasoning reasoning) {
        boolean plain = call.plain();
        return new WireRules(endpoint.name(), startsWithAssistant && !plain, resultsInUser,
                plain ? Reasoning.NONE : reasoning, call.model().can(Ability.IMAGES) && !plain,
                call.model().can(Ability.TOOLS) && !plain, plain);
    }
}

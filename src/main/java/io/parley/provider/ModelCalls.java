package io.parley.provider;

import io.parley.conversation.MessageId;
import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import org.jspecify.annotations.Nullable;

/** Calls models: finds the provider, sets the time limits, and tries again where that can help. */
public interface ModelCalls {

    /**
     * The reply of a model. Failed attempts are repeated only before the first content and only where the failure says that
     * it can help, honouring the wait that the provider asks for.
     *
     * @return as {@link ChatProvider#stream}; usage reports cover all attempts
     */
    Multi<ReplyEvent> stream(ChatCall call);

    /**
     * The history of a call as it would be written for its provider. Calls nobody. Images may still be stored ones.
     *
     * @return as the most lenient provider takes it where the call's provider is not configured
     */
    default WireHistory arranged(ChatCall call) {
        return WireHistory.of(call.messages(), new WireRules(call.model().provider(), true, false, WireRules.Reasoning.TEXT,
                call.model().can(Ability.IMAGES), call.model().can(Ability.TOOLS), call.plain()));
    }

    /**
     * The message that a provider speaks of when it refuses the message at an index of the array that it was sent.
     *
     * @return null if that is none of the call's messages
     */
    default @Nullable MessageId messageAt(ChatCall call, int index) {
        return null;
    }
}

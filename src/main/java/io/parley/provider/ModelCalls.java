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
     * Returns the history of a call as Parley would send it to its provider. It sends no request. Images may still be stored
     * ones.
     *
     * @return the form for the most lenient provider if the call's provider is not configured
     */
    default WireHistory arranged(ChatCall call) {
        return WireHistory.of(call.messages(), new WireRules(call.model().provider(), true, false, WireRules.Reasoning.TEXT,
                call.model().can(Ability.IMAGES), call.model().can(Ability.TOOLS), call.plain()));
    }

    /**
     * Finds the message that a provider refused, by the index that the provider named in the sent array.
     *
     * @return null if it is none of the call's messages
     */
    default @Nullable MessageId messageAt(ChatCall call, int index) {
        return null;
    }
}

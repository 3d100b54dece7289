package io.parley.provider;

import io.parley.conversation.MessageId;
import io.smallrye.mutiny.subscription.Cancellable;
import org.jspecify.annotations.Nullable;

/** Calls models: finds the provider, sets the time limits, and tries again where that can help. */
public interface ModelCalls {

    /**
     * Begins a call. Failed attempts are repeated only before the first content and only where the failure says that it can
     * help, honouring the wait that the provider asks for.
     *
     * @param listener hears the reply as {@link ChatProvider#stream} promises it; usage reports cover all attempts
     * @return ends the call and closes the provider's connection. It may be called on any thread; once it returns on the
     *         caller's context, the listener hears nothing more
     */
    Cancellable stream(ChatCall call, ReplyListener listener);

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

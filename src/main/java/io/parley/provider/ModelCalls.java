package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;

/** Calls models: finds the provider, sets the time limits, and tries again where that can help. */
public interface ModelCalls {

    /**
     * The reply of a model. Failed attempts are repeated only before the first content and only where the failure says that
     * it can help, honouring the wait that the provider asks for.
     *
     * @return as {@link ChatProvider#stream}; usage reports cover all attempts
     */
    Multi<ReplyEvent> stream(ChatCall call);
}

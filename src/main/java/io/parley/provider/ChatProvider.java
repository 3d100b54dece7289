package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One provider's HTTP API. An implementation is one package; CDI finds it.
 */
public interface ChatProvider {

    /** The protocol's name, as configured in {@code parley.providers.<name>.protocol}, e.g. {@code openai}. */
    String protocol();

    /** Names of the deviations that {@code parley.providers.<name>.quirks} may describe; another name is a mistake. */
    default Set<String> quirks() {
        return Set.of();
    }

    /**
     * Returns the history of a call as this provider's strictest server accepts it, with the differences. It sends no request.
     */
    WireHistory arranged(Endpoint endpoint, ChatCall call);

    /**
     * Finds the message of a call that stands at an index of the sent array. An error of the provider may name that index.
     *
     * @return the index in the messages of the call; null if it is none of them
     */
    default @Nullable Integer origin(Endpoint endpoint, ChatCall call, int index) {
        return arranged(endpoint, call).origin(index, false);
    }

    /**
     * Makes one attempt at a call. Nothing is sent before the subscription; cancelling it closes the provider's connection.
     *
     * @param endpoint where and with which key
     * @return the reply, ended by one {@link ReplyEvent.Finished} and completion, or failed with
     *         {@link io.parley.conversation.Failure.Provider}; items come on the subscriber's Vert.x context
     */
    Multi<ReplyEvent> stream(Endpoint endpoint, ChatCall call);
}

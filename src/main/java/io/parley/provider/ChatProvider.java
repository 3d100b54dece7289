package io.parley.provider;

import io.smallrye.mutiny.subscription.Cancellable;
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
     * Begins one attempt at a call.
     *
     * @param endpoint where and with which key
     * @param listener hears the reply, ended by a {@link io.parley.conversation.ReplyEvent.Finished} and completion, or by
     *        {@link io.parley.conversation.Failure.Provider}, on the caller's Vert.x context
     * @return ends the attempt and closes the provider's connection, or resets its stream. It may be called on any thread and
     *         repeatedly; once it returns on the caller's context, the listener hears nothing more
     */
    Cancellable stream(Endpoint endpoint, ChatCall call, ReplyListener listener);
}

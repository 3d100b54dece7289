package io.parley.provider;

import io.parley.conversation.ReplyEvent;

/**
 * Hears a reply while it comes: any number of events, and then exactly one end, after which nothing more is heard. Everything
 * is called on the Vert.x context of the caller, and may be called before the call that was asked for returns.
 */
public interface ReplyListener {

    /** Takes the next event of the reply. A whole reply has one {@link ReplyEvent.Finished} as its last event. */
    void onEvent(ReplyEvent event);

    /** Takes the end of a whole reply. */
    void onCompletion();

    /**
     * Takes the end of a reply that is not whole.
     *
     * @param failure a {@link io.parley.conversation.Failure}, unless Parley itself is broken
     */
    void onFailure(Throwable failure);
}

package io.parley.provider;

import io.parley.conversation.ReplyEvent;

/**
 * Hears a reply while it comes: any number of events, and then exactly one end, after which nothing more is heard. Every method
 * is called on the Vert.x context of the caller. A call that cannot even begin may fail before the caller gets its handle.
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

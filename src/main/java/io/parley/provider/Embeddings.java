package io.parley.provider;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.regex.Pattern;

/** The embedding model of this deployment: turns texts into vectors whose angle says how near their meanings are. */
public interface Embeddings {
    /** What the name of a space looks like. */
    Pattern SPACE = Pattern.compile("[A-Za-z0-9._/-]{1,100}");
    /** The longest vector there is. */
    int MOST_DIMENSIONS = 4096;

    /** Names what the vectors can be compared with: those of the same space, and no others. Matches {@link #SPACE}. */
    String space();

    /** Whether the model runs in this process, so that no text leaves it. */
    boolean isLocal();

    /** Whether a call would not have to load a model first. */
    boolean isReady();

    /** Loads the model if that is still to be done; fails as {@link #embed} would. */
    Uni<Void> warmUp();

    /**
     * Turns texts into vectors, off the event loop. Nothing happens before the subscription, and what is cancelled is not
     * begun any more. The result comes on the subscriber's Vert.x context.
     *
     * @param texts none of them blank; of a very long one only the beginning counts
     * @param purpose what for: a query does not wait behind passages
     * @return the vectors, or {@link io.parley.conversation.Failure.Provider} or
     *         {@link io.parley.conversation.Failure.Unavailable}
     */
    Uni<Embedded> embed(List<String> texts, Purpose purpose);

    /** What vectors are for. */
    enum Purpose {
        /** To look for passages; somebody waits for it. */
        QUERY,
        /** To be found; nobody waits for it. */
        PASSAGE
    }
}

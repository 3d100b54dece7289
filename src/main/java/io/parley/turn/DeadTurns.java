package io.parley.turn;

import io.parley.conversation.Turn;
import io.smallrye.mutiny.Uni;

/** Ends turns for a process that cannot do so. Port; {@code turn.recover} implements it. */
public interface DeadTurns {

    /**
     * Takes a turn over and ends it or runs it again, if its process has died.
     *
     * @return the turn as it stands afterwards. A turn that proves alive or over, or runs here, is left alone, and so is every
     *         turn while this process ends.
     */
    Uni<Turn> settle(Turn running);

    /**
     * Does the same for a turn that was asked to stop, also if its process is alive: that process can store nothing any more.
     */
    Uni<Turn> fence(Turn cancelled);
}

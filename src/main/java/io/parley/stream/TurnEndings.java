package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Says whether a turn is over, for listeners whose log does not say. Port; {@code turn} implements it. */
public interface TurnEndings {

    /**
     * How a turn ended, or empty while it runs. A turn whose process has died is settled first.
     *
     * @return fails with {@code Failure.NotFound} if the turn or its session is gone
     */
    Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn);

    /**
     * The end of a turn.
     *
     * @param text of the stored reply, empty if there is none
     */
    record Ending(Turn turn, String text) {}
}

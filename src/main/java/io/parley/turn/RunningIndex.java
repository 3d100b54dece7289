package io.parley.turn;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;

/**
 * Which turns run anywhere, so that one whose process has died is found though nobody asks for it. It may name some that are
 * over, and is only an index: the turns themselves say how they stand. Port; {@code store} implements it.
 */
public interface RunningIndex {

    /** Enters turns and removes others. */
    Uni<Void> change(Collection<Entry> begun, Collection<Entry> over);

    /** Some that are due to be looked at, of which nobody else gets the same for a while. */
    Uni<List<Entry>> due(int most);

    /** A turn's name. */
    record Entry(SessionId session, TurnId turn) {}
}

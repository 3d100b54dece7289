package io.parley.turn;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.turn.RunningIndex.Entry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Enters the turns of this process into the index of those that run. Nobody waits for it, and what comes while the store is
 * being told goes together the next time, so that a busy process does not send two commands more for every turn.
 */
@ApplicationScoped
public class RunningMarks {
    private static final Logger LOG = Logger.getLogger(RunningMarks.class);
    private final RunningIndex index;
    /** Both are bounded by the turns that run here or are opened while one command is under way. */
    private Set<Entry> begun = new LinkedHashSet<>();
    private Set<Entry> over = new LinkedHashSet<>();
    private boolean telling;

    RunningMarks(RunningIndex index) {
        this.index = index;
    }

    /** A turn is about to be opened, or runs here. */
    void begun(SessionId session, TurnId turn) {
        begun(List.of(new Entry(session, turn)));
    }

    /** These turns run here. */
    public void begun(Collection<Entry> turns) {
        synchronized (this) {
            begun.addAll(turns);
            over.removeAll(turns);
        }
        tell();
    }

    /** The store has said that a turn is over, or was never opened. */
    public void over(SessionId session, TurnId turn) {
        synchronized (this) {
            Entry entry = new Entry(session, turn);
            if (!begun.remove(entry)) {
                over.add(entry);
            }
        }
        tell();
    }

    private void tell() {
        Set<Entry> added;
        Set<Entry> removed;
        synchronized (this) {
            if (telling || (begun.isEmpty() && over.isEmpty())) {
                return;
            }
            telling = true;
            added = begun;
            removed = over;
            begun = new LinkedHashSet<>();
            over = new LinkedHashSet<>();
        }
        // What is lost here is entered again by the next sweep, or found by it to be over.
        index.change(added, removed).subscribe().with(_ -> told(), failure -> {
            LOG.debugf("The list of running turns could not be updated: %s", failure.getClass().getSimpleName());
            told();
        });
    }

    private void told() {
        synchronized (this) {
            telling = false;
        }
        tell();
    }
}

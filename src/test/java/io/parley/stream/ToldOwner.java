package io.parley.stream;

import java.util.ArrayList;
import java.util.List;

/** The owner of a turn's log, who notes what he is told. */
final class ToldOwner implements LogOwner {
    private final List<String> all = new ArrayList<>();

    @Override
    public synchronized void lost() {
        all.add("lost");
    }

    @Override
    public synchronized void erased() {
        all.add("erased");
    }

    @Override
    public synchronized void cancel() {
        all.add("cancel");
    }

    @Override
    public synchronized void lastListenerLeft() {
        all.add("alone");
    }

    synchronized List<String> all() {
        return List.copyOf(all);
    }
}

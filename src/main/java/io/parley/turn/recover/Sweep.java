package io.parley.turn.recover;

import io.parley.conversation.Failure;
import io.parley.turn.RunningIndex;
import io.parley.turn.RunningIndex.Entry;
import io.parley.turn.RunningMarks;
import io.parley.turn.RunningTurns;
import io.parley.turn.TurnConfig;
import io.parley.turn.TurnStore;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Looks for turns whose process has died and of which nobody asks, and settles them. Every replica does; one gets each. */
@ApplicationScoped
class Sweep {
    private static final int MOST = 100;
    private static final int AT_ONCE = 8;
    private static final Logger LOG = Logger.getLogger(Sweep.class);
    private final RunningIndex index;
    private final RunningMarks marks;
    private final RunningTurns running;
    private final TurnStore store;
    private final TurnSettler settler;
    private final TurnConfig config;
    private final Vertx vertx;
    private final AtomicBoolean sweeping = new AtomicBoolean();
    private long timer = -1;

    Sweep(RunningIndex index, RunningMarks marks, RunningTurns running, TurnStore store, TurnSettler settler,
            TurnConfig config, Vertx vertx) {
        this.index = index;
        this.marks = marks;
        this.running = running;
        this.store = store;
        this.settler = settler;
        this.config = config;
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent started) {
        timer = vertx.setPeriodic(Math.max(1, config.sweep().toMillis()), _ -> begin());
    }

    @PreDestroy
    void stop() {
        vertx.cancelTimer(timer);
    }

    private void begin() {
        if (sweeping.compareAndSet(false, true)) {
            sweep().onTermination().invoke(() -> sweeping.set(false)).subscribe().with(_ -> {
            }, failure -> LOG.debugf("The sweep for dead turns failed: %s", failure.getClass().getSimpleName()));
        }
    }

    /** Says what runs here, in case the index has lost it, and looks at all that are due. */
    Uni<Void> sweep() {
        marks.begun(running.entries());
        return lookAtDue();
    }

    private Uni<Void> lookAtDue() {
        return index.due(MOST).chain(due -> Multi.createFrom().iterable(due)
                .onItem().transformToUni(this::look).merge(AT_ONCE)
                .onItem().ignoreAsUni()
                .chain(() -> due.size() < MOST ? Uni.createFrom().voidItem() : lookAtDue()));
    }

    private Uni<Void> look(Entry entry) {
        if (running.isRunning(entry.turn())) {
            return Uni.createFrom().voidItem();
        }
        return store.find(entry.session(), entry.turn())
                .chain(turn -> turn.state().isOver() ? Uni.createFrom().item(turn) : settler.settle(turn))
                .map(turn -> turn.state().isOver())
                .onFailure(Failure.NotFound.class).recoverWithItem(true)
                .onFailure().recoverWithItem(false)
                .invoke(over -> forget(entry, over))
                .replaceWithVoid();
    }

    private void forget(Entry entry, boolean over) {
        if (over) {
            marks.over(entry.session(), entry.turn());
        }
    }
}

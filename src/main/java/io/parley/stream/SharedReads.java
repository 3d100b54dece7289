package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.TurnEndings.Ending;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Reads stored logs for all listeners of this process: those who ask for the same at the same time, as a notice makes them
 * do, share one answer of the store.
 */
final class SharedReads {
    private final EventLogStore store;
    private final TurnEndings endings;
    /** Only what is under way: bounded by the listeners. */
    private final ConcurrentMap<Place, Shared<LogPage>> pages = new ConcurrentHashMap<>();
    private final ConcurrentMap<TurnId, Shared<Optional<Ending>>> ends = new ConcurrentHashMap<>();

    SharedReads(EventLogStore store, TurnEndings endings) {
        this.store = store;
        this.endings = endings;
    }

    private record Place(TurnId turn, long after) {}

    private record Shared<T>(long begun, Uni<T> answer) {}

    /**
     * What a listener is given after an id; this replica is told when there is more.
     *
     * @param since when the listener was last told that there is more ({@code System.nanoTime()}): an answer that was asked
     *        for before that may not have it
     */
    Uni<LogPage> follow(SessionId session, TurnId turn, long after, long since) {
        return shared(pages, new Place(turn, after), since, () -> store.follow(session, turn, after).map(LogPage::forListener));
    }

    /** As {@link TurnEndings#ifOver}. */
    Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn, long since) {
        return shared(ends, turn, since, () -> endings.ifOver(session, turn));
    }

    private static <K, T> Uni<T> shared(ConcurrentMap<K, Shared<T>> underWay, K key, long since, Supplier<Uni<T>> question) {
        return Uni.createFrom().deferred(() -> whereAsked(underWay.compute(key, (_, there) -> {
            boolean fresh = there != null && there.begun() - since > 0;
            return fresh ? there : begin(underWay, key, question);
        }).answer()));
    }

    /** A listener must not be moved on by one thread while it gives up waiting on another: what it is given would be lost. */
    private static <T> Uni<T> whereAsked(Uni<T> answer) {
        Context context = Vertx.currentContext();
        return context == null ? answer : answer.emitOn(task -> context.runOnContext(_ -> task.run()));
    }

    private static <K, T> Shared<T> begin(ConcurrentMap<K, Shared<T>> underWay, K key, Supplier<Uni<T>> question) {
        long begun = System.nanoTime();
        Uni<T> answer = Uni.createFrom().deferred(question::get);
        return new Shared<>(begun, answer.onTermination().invoke(() -> forget(underWay, key, begun)).memoize().indefinitely());
    }

    private static <K, T> void forget(ConcurrentMap<K, Shared<T>> underWay, K key, long begun) {
        underWay.computeIfPresent(key, (_, there) -> there.begun() == begun ? null : there);
    }
}

package io.parley.context;

import io.parley.context.VectorIndex.Hit;
import io.parley.conversation.Cost;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Vectors in memory. What it is asked and told is written down; any answer can be made to come late or not at all. */
final class MemoryVectors implements VectorStore {
    final List<Message> live = new ArrayList<>();
    final List<TurnVectors> vectors = new ArrayList<>();
    final List<Added> added = new CopyOnWriteArrayList<>();
    final List<Cost> spent = new CopyOnWriteArrayList<>();
    final List<Integer> picks = new CopyOnWriteArrayList<>();
    final List<Long> reads = new CopyOnWriteArrayList<>();
    Optional<Todo> todo = Optional.empty();
    long edits = 1;
    int mostAtOnce = 500;
    /** What every answer waits for. */
    Supplier<Uni<Void>> before = () -> Uni.createFrom().voidItem();
    Supplier<Uni<Void>> beforeAdding = () -> Uni.createFrom().voidItem();

    record Added(Todo todo, List<TurnVectors> vectors, Usage usage, @Nullable Cost cost) {

        List<Long> lasts() {
            return vectors.stream().map(TurnVectors::last).toList();
        }
    }

    @Override
    public Uni<Optional<Todo>> todo(SessionId session, String space) {
        return before.get().map(_ -> todo);
    }

    @Override
    public Uni<Void> add(SessionId session, Todo done, String space, List<TurnVectors> made, Usage usage, @Nullable Cost cost) {
        return beforeAdding.get().invoke(() -> added.add(new Added(done, made, usage, cost)));
    }

    @Override
    public Uni<Part> read(SessionId session, String space, long after, @Nullable Long known) {
        reads.add(after);
        long from = known == null || known != edits ? 0 : after;
        return before.get().map(_ -> {
            List<TurnVectors> rest = vectors.stream().filter(turn -> turn.last() > from).toList();
            List<TurnVectors> part = rest.subList(0, Math.min(mostAtOnce, rest.size()));
            return new Part(edits, part.size() < rest.size(), part.isEmpty() ? from : part.getLast().last(), part);
        });
    }

    @Override
    public Uni<Void> spent(SessionId session, Usage usage, Cost cost) {
        return before.get().invoke(() -> spent.add(cost));
    }

    @Override
    public Uni<List<Message>> pick(SessionId session, List<Hit> turns) {
        picks.add(turns.size());
        return before.get().map(_ -> turns.stream().flatMap(turn -> live.stream()
                .filter(message -> message.id().sequence() >= turn.first() && message.id().sequence() <= turn.last()))
                .toList());
    }
}

package io.parley.store;

import io.parley.context.TurnVectors;
import io.parley.context.VectorIndex;
import io.parley.context.VectorStore;
import io.parley.conversation.Cost;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in Redis: a hash of the session, by the last message of the turn that each stands for. No module is needed. Some
 * megabytes may have to be decoded at a time: that is nothing for an event loop.
 */
@ApplicationScoped
public class RedisVectorStore implements VectorStore {
    /** Longer than embedding what is read at a time may take. */
    private static final Duration CLAIM = Duration.ofMinutes(2);
    private static final int MESSAGES = 40;
    private static final int MOST_BYTES = 2 * 1024 * 1024;
    private static final int MOST_VECTORS = 500;
    private final RedisGate gate;

    RedisVectorStore(RedisGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<Optional<Todo>> todo(SessionId session, String space) {
        String claim = RequestNames.fresh();
        List<String> arguments = List.of(space, Long.toString(CLAIM.toMillis()), Integer.toString(MESSAGES),
                Integer.toString(MOST_BYTES), claim);
        return gate.run(Script.VECTORS_TODO, Keys.of(session), arguments)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(answer -> Answers.is(answer, "NO") ? Optional.empty()
                        : Optional.of(todo(session, Answers.expect(answer, "OK"), claim)));
    }

    private static Todo todo(SessionId session, Response answer, String claim) {
        Response items = answer.get(4);
        return new Todo(Answers.number(answer, 1), Answers.number(answer, 2), Answers.flag(answer, 3),
                Answers.inOrder(session, items), items.size() == 0 ? "" : claim);
    }

    @Override
    public Uni<Void> add(SessionId session, Todo todo, String space, List<TurnVectors> vectors, Usage usage,
            @Nullable Cost cost) {
        List<String> arguments = new ArrayList<>(List.of(space, Long.toString(todo.edits()), Long.toString(todo.through()),
                Integer.toString(VectorIndex.DEFAULT_TURNS), todo.claim()));
        arguments.addAll(SpendingCodec.arguments(usage, cost));
        for (TurnVectors turn : vectors) {
            arguments.add(Long.toString(turn.last()));
            arguments.add(turn.encode());
        }
        return gate.run(Script.VECTORS_ADD, Keys.of(session), arguments)
                .invoke(answer -> {
                    if (!Answers.is(answer, "STALE")) {
                        Answers.expect(answer, "OK");
                    }
                })
                .replaceWithVoid();
    }

    @Override
    public Uni<Part> read(SessionId session, String space, long after, @Nullable Long edits) {
        List<String> arguments = List.of(space, Long.toString(after), edits == null ? "" : edits.toString(),
                Integer.toString(MOST_VECTORS));
        return gate.run(Script.VECTORS_READ, Keys.of(session), arguments)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(RedisVectorStore::part);
    }

    private static Part part(Response answer) {
        Answers.expect(answer, "OK");
        List<TurnVectors> vectors = new ArrayList<>();
        answer.get(4).forEach(value -> TurnVectors.decode(value.toString()).ifPresent(vectors::add));
        return new Part(Answers.number(answer, 1), Answers.flag(answer, 2), Answers.number(answer, 3), vectors);
    }

    @Override
    public Uni<Void> spent(SessionId session, Usage usage, Cost cost) {
        List<String> arguments = new ArrayList<>(List.of(RequestNames.fresh()));
        arguments.addAll(SpendingCodec.arguments(usage, cost));
        return gate.run(Script.SPEND, Keys.of(session), arguments)
                .invoke(answer -> Answers.expect(answer, "OK"))
                .replaceWithVoid();
    }

    @Override
    public Uni<List<Message>> pick(SessionId session, List<VectorIndex.Hit> turns) {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(MOST_BYTES)));
        for (VectorIndex.Hit turn : turns) {
            arguments.add(Long.toString(turn.first()));
            arguments.add(Long.toString(turn.last()));
        }
        return gate.run(Script.PICK, Keys.of(session), arguments)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(answer -> Answers.inOrder(session, Answers.expect(answer, "OK").get(1)));
    }
}

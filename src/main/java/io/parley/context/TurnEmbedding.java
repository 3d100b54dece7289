package io.parley.context;

import io.parley.context.VectorStore.Todo;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.Embeddings.Purpose;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Embeds the turns of a session that can be brought back and have no vectors yet, so that they can be found. */
@ApplicationScoped
public class TurnEmbedding {
    private static final Logger LOG = Logger.getLogger(TurnEmbedding.class);
    private final Embeddings embeddings;
    private final VectorStore store;

    TurnEmbedding(Embeddings embeddings, VectorStore store) {
        this.embeddings = embeddings;
        this.store = store;
    }

    /**
     * Embeds some of the turns that lack a vector. It stores and counts the turns that succeeded before a failure, and the next
     * call continues after them. It passes over a turn that the provider refuses for good.
     *
     * @return whether more is missing; fails as the embedding model or the store does
     */
    public Uni<Boolean> embedSome(SessionId session) {
        return store.todo(session, embeddings.space())
                .chain(todo -> todo.isEmpty() ? Uni.createFrom().item(false)
                        : embed(session, todo.get()).map(_ -> todo.get().more()));
    }

    private Uni<Void> embed(SessionId session, Todo todo) {
        if (todo.claim().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<Turn> turns = Exchanges.of(todo.messages(), _ -> 0).stream().map(Turn::of)
                .filter(turn -> !turn.passages().isEmpty()).toList();
        Done done = new Done();
        return eachOf(session, turns, 0, done)
                .onFailure().call(_ -> keep(session, todo.before(turns.get(done.count).first()), done)
                        .onFailure()
                        .invoke(failure -> LOG.warnf("The vectors of the turns of session %s could not be stored: %s", session,
                                failure.getMessage()))
                        .onFailure().recoverWithNull())
                .chain(() -> keep(session, todo, done));
    }

    private Uni<Void> keep(SessionId session, Todo todo, Done done) {
        return store.add(session, todo, embeddings.space(), done.vectors, new Usage(done.tokens, 0, 0, 0, 0, done.estimated),
                done.cost);
    }

    /** One turn after the other: a backfill of many is in nobody's way. */
    private Uni<Void> eachOf(SessionId session, List<Turn> turns, int from, Done done) {
        if (from >= turns.size()) {
            return Uni.createFrom().voidItem();
        }
        Turn turn = turns.get(from);
        return embeddings.embed(turn.passages(), Purpose.PASSAGE)
                .invoke(result -> done.add(turn.vectors(embeddings.space(), result), result))
                .replaceWithVoid()
                .onFailure(TurnEmbedding::isFinal).recoverWithUni(failure -> {
                    LOG.warnf(
                            "The turn that begins with message %d of session %s could not be embedded: %s",
                            turn.first(), session, failure.getMessage());
                    return Uni.createFrom().voidItem();
                })
                .invoke(() -> done.count++)
                .chain(() -> eachOf(session, turns, from + 1, done));
    }

    /** Whether the text is what is wrong, so that it would be refused for ever. */
    private static boolean isFinal(Throwable failure) {
        return failure instanceof Failure.Provider refusal && !refusal.retryable()
                && (refusal.code() == FailureCode.PROVIDER_REJECTED || refusal.code() == FailureCode.CONTENT_FILTERED);
    }

    /** What has come of it so far. Only one thread at a time writes, and each sees what the one before has written. */
    private static final class Done {
        private final List<TurnVectors> vectors = new ArrayList<>();
        /** Turns that are dealt with. */
        private int count;
        /** Of calls whose price is known. */
        private long tokens;
        private @Nullable Cost cost;
        private boolean estimated;

        void add(TurnVectors turn, Embedded embedded) {
            vectors.add(turn);
            Cost price = embedded.cost();
            if (price != null) {
                tokens += embedded.tokens();
                estimated |= embedded.estimated();
                cost = cost == null ? price : new Cost(cost.amount().add(price.amount()), price.currency());
            }
        }
    }

    /** What is embedded of an exchange. */
    private record Turn(long first, long last, List<String> passages) {

        static Turn of(Exchange exchange) {
            return new Turn(exchange.first(), exchange.last(), Passages.of(said(exchange, true), said(exchange, false)));
        }

        TurnVectors vectors(String space, Embedded embedded) {
            return new TurnVectors(space, first, last, embedded.vectors().stream().map(QuantisedVector::of).toList());
        }

        private static String said(Exchange exchange, boolean byUser) {
            return exchange.messages().stream().filter(message -> message instanceof Message.User == byUser)
                    .map(message -> Marked.text(message.content())).collect(Collectors.joining("\n"));
        }
    }
}

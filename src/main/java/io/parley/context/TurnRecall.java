package io.parley.context;

import io.parley.context.VectorIndex.Hit;
import io.parley.conversation.BlankText;
import io.parley.conversation.Cost;
import io.parley.conversation.Cut;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.Embeddings.Purpose;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Finds older turns by the similarity of what was said in them to what is said now. A turn waits a bounded time for it and then
 * goes on without: what has been fetched by then serves the next turn.
 */
@ApplicationScoped
class TurnRecall implements Recall {
    private static final Logger LOG = Logger.getLogger(TurnRecall.class);
    /** Of an index some turns are superseded; so many times the wanted are looked up at once, and so often at most. */
    private static final int SPARE = 2;
    private static final int CHUNKS = 5;
    /** No model looks at more characters of a text. */
    private static final int LONGEST_QUERY = 16_000;
    private final Embeddings embeddings;
    private final VectorStore store;
    private final VectorCache cache;
    private final LastQueries queries = new LastQueries();
    private final RecallConfig config;

    TurnRecall(Embeddings embeddings, VectorStore store, RecallConfig config) {
        this.embeddings = embeddings;
        this.store = store;
        this.cache = new VectorCache(store, embeddings.space(), config.cacheBytes());
        this.config = config;
    }

    @Override
    public Uni<List<RecalledTurn>> find(SessionId session, String query, long before, int topK) {
        String beginning = Cut.beginning(query, LONGEST_QUERY);
        if (BlankText.isBlank(beginning)) {
            return Uni.createFrom().item(List.of());
        }
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            Duration limit = embeddings.isReady() ? config.limit() : config.loading().plus(config.limit());
            Uni<List<RecalledTurn>> found = Uni.createFrom()
                    .completionStage(begun(Uni.createFrom().deferred(() -> search(session, beginning, before, topK))))
                    .ifNoItem().after(limit).recoverWithItem(List.of())
                    .onFailure()
                    .invoke(failure -> LOG.warnf("No older turns can be retrieved in session %s: %s", session,
                            failure.getMessage()))
                    .onFailure().recoverWithItem(List.of());
            return context == null ? found : found.emitOn(task -> context.runOnContext(_ -> task.run()));
        });
    }

    @Override
    public boolean isLocal() {
        return embeddings.isLocal();
    }

    @Override
    public Uni<List<RecalledTurn>> again(SessionId session, List<Hit> turns) {
        return store.pick(session, turns)
                .map(messages -> turns(turns, messages))
                .onFailure()
                .invoke(failure -> LOG.warnf("No older turns can be retrieved in session %s: %s", session,
                        failure.getMessage()))
                .onFailure().recoverWithItem(List.of());
    }

    /** Goes on whoever waits for it, as giving up cancels the copy only. */
    private static <T> CompletableFuture<T> begun(Uni<T> work) {
        return work.subscribe().asCompletionStage().copy();
    }

    private Uni<List<RecalledTurn>> search(SessionId session, String query, long before, int topK) {
        return cache.load(session).chain(index -> index.isEmpty() ? Uni.createFrom().item(List.of())
                : vector(session, query)
                        .chain(vector -> nearest(index.getFirst(), vector, before, topK))
                        .chain(hits -> picked(session, hits, topK, topK * SPARE)));
    }

    /** Of the text's beginning, which is all that a model looks at. What it costs counts in the session, beside its turns. */
    private Uni<QuantisedVector> vector(SessionId session, String query) {
        QuantisedVector known = queries.find(session, query);
        return known != null ? Uni.createFrom().item(known)
                : embeddings.embed(List.of(query), Purpose.QUERY)
                        .invoke(embedded -> count(session, embedded))
                        .map(embedded -> QuantisedVector.of(embedded.vectors().getFirst()))
                        .invoke(vector -> queries.keep(session, query, vector));
    }

    private void count(SessionId session, Embedded embedded) {
        Cost cost = embedded.cost();
        if (cost != null) {
            store.spent(session, new Usage(embedded.tokens(), 0, 0, 0, 0, embedded.estimated()), cost).subscribe().with(_ -> {
            }, failure -> LOG.warnf("The cost of a search in session %s could not be counted: %s", session,
                    failure.getMessage()));
        }
    }

    private Uni<List<Hit>> nearest(VectorIndex index, QuantisedVector query, long before, int topK) {
        return Uni.createFrom()
                .item(() -> index.nearest(query, topK * SPARE * CHUNKS, before, config.threshold()))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    /** The nearest that are part of the conversation; the rest has been superseded. */
    private Uni<List<RecalledTurn>> picked(SessionId session, List<Hit> hits, int wanted, int atOnce) {
        if (hits.isEmpty() || wanted <= 0) {
            return Uni.createFrom().item(List.of());
        }
        int end = Math.min(hits.size(), atOnce);
        List<Hit> nearest = hits.subList(0, end);
        return store.pick(session, nearest)
                .map(messages -> turns(nearest, messages).stream().limit(wanted).toList())
                .chain(found -> picked(session, hits.subList(end, hits.size()), wanted - found.size(), atOnce)
                        .map(more -> Stream.concat(found.stream(), more.stream()).toList()));
    }

    private static List<RecalledTurn> turns(List<Hit> hits, List<Message> messages) {
        List<RecalledTurn> turns = new ArrayList<>();
        for (Hit hit : hits) {
            List<Message> said = messages.stream()
                    .filter(message -> message.id().sequence() >= hit.first() && message.id().sequence() <= hit.last())
                    .toList();
            if (!said.isEmpty()) {
                turns.add(new RecalledTurn(said, hit.score()));
            }
        }
        return turns;
    }
}

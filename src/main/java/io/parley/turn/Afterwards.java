package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.Contexts;
import io.parley.context.Summaries;
import io.parley.context.SummaryDraft;
import io.parley.context.SummaryStore;
import io.parley.context.SummaryStore.Source;
import io.parley.context.SummaryWanted;
import io.parley.context.TurnEmbedding;
import io.parley.conversation.Cost;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.parley.usage.Pricing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * What follows a turn, off its critical path: learning from the provider's counts, the rolling summary. What is missed here,
 * because too much is going on or the process ends, is made up for after a later turn.
 */
@ApplicationScoped
public class Afterwards {
    /** Summaries that one process makes at a time. */
    private static final int MOST_SUMMARIES = 64;
    /** Sessions whose turns one process embeds at a time, and parts of a long one that it embeds after one turn. */
    private static final int MOST_EMBEDDINGS = 64;
    private static final int MOST_PARTS = 500;
    private static final Logger LOG = Logger.getLogger(Afterwards.class);
    private final Contexts contexts;
    private final Summaries summaries;
    private final SummaryStore store;
    private final TurnEmbedding embedding;
    private final FailedSummaries failed = new FailedSummaries();
    private final Semaphore room = new Semaphore(MOST_SUMMARIES);
    private final Semaphore embeddings = new Semaphore(MOST_EMBEDDINGS);
    private final InstantSource clock;

    Afterwards(Contexts contexts, Summaries summaries, SummaryStore store, TurnEmbedding embedding,
            InstantSource clock) {
        this.contexts = contexts;
        this.summaries = summaries;
        this.store = store;
        this.embedding = embedding;
        this.clock = clock;
    }

    /** Whether nothing is going on. */
    public boolean isIdle() {
        return room.availablePermits() == MOST_SUMMARIES && embeddings.availablePermits() == MOST_EMBEDDINGS;
    }

    /**
     * Begins it; nobody waits.
     *
     * @param usage of the call by which this context was sent
     */
    void begin(SessionId session, Usage usage, ChosenContext sent) {
        if (!usage.estimated()) {
            contexts.learn(sent, usage);
        }
        if (sent.recalls()) {
            embed(session);
        }
        SummaryWanted wanted = sent.wanted();
        if (wanted != null && failed.mayTry(session) && room.tryAcquire()) {
            summarise(session, sent, wanted)
                    .onTermination().invoke(room::release)
                    .subscribe().with(_ -> {
                    }, failure -> LOG.warnf("Session %s could not be summarised: %s", session, failure.getMessage()));
        }
    }

    private void embed(SessionId session) {
        if (embeddings.tryAcquire()) {
            embedSome(session, MOST_PARTS)
                    .onTermination().invoke(embeddings::release)
                    .subscribe().with(_ -> {
                    }, failure -> LOG.warnf("The turns of session %s could not be embedded: %s", session,
                            failure.getMessage()));
        }
    }

    private Uni<Void> embedSome(SessionId session, int partsLeft) {
        return embedding.embedSome(session)
                .chain(more -> more && partsLeft > 1 ? embedSome(session, partsLeft - 1) : Uni.createFrom().voidItem());
    }

    private Uni<Void> summarise(SessionId session, ChosenContext sent, SummaryWanted wanted) {
        return store.plan(session, wanted.through())
                .chain(source -> source.isEmpty() || source.get().messages().isEmpty() ? Uni.createFrom().voidItem()
                        : summaries.make(sent, wanted, source.get()).chain(draft -> keep(session, source.get(), draft)));
    }

    /** What it has cost counts even if nothing came of it. */
    private Uni<Void> keep(SessionId session, Source source, SummaryDraft draft) {
        failed.note(session, draft.isUsable());
        Cost cost = Pricing.cost(draft.model(), draft.usage());
        return store.add(session, draft.through(), source, draft.summary(clock.instant(), cost), draft.usage(), cost)
                .invoke(stored -> LOG.infof("The summary of session %s up to message %s is %s.", session, draft.through(),
                        stored ? "stored" : "not stored"))
                .replaceWithVoid();
    }
}

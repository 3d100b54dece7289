package io.parley.context;

import io.parley.conversation.LruMap;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Says what stored counts are for a model. Where its tokeniser is not public, the provider's reported usage corrects them;
 * until enough of it has been seen they get a margin, as a count that is too low fails a turn and one that is too high only
 * leaves something out. What is learned is kept by {@link LearnedModels}; nothing here ever fails or delays a turn for it.
 */
@ApplicationScoped
public class TokenEstimates {
    /** Models that are remembered at a time, those used last. */
    static final int MOST_MODELS = 1_000;
    /** OpenAI's tokenisers undercount other vendors' by 15 to 35 %. */
    static final double MARGIN = 0.3;
    /** So many samples need no margin; with fewer it is smaller by as much. */
    static final int ENOUGH_SAMPLES = 5;
    /** Of a call with less text the provider's own frame would be most of the ratio. */
    static final int LEAST_TOKENS = 200;
    /** How long a turn waits for what is known of a model that this process has not met. */
    static final Duration PATIENCE = Duration.ofMillis(500);
    static final Duration BEFORE_TRYING_AGAIN = Duration.ofSeconds(30);
    /** Other processes learn too, and a limit that was stated ends. */
    static final Duration FRESH = Duration.ofMinutes(10);
    /** Once a model is known, its mean hardly moves: so often is enough. */
    static final Duration BETWEEN_REPORTS = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(TokenEstimates.class);
    private final LearnedModels models;
    private final InstantSource clock;
    private final Map<String, Known> known = Collections.synchronizedMap(new LruMap<>(MOST_MODELS));

    TokenEstimates(LearnedModels models, InstantSource clock) {
        this.models = models;
        this.clock = clock;
    }

    /** What counts are for a model, as far as this process knows; never waits. */
    public TokenScale scale(Model model) {
        Known found = known.get(model.name());
        Learned learned = found == null ? Learned.NOTHING : found.learned;
        long limit = learned.limit() > 0 ? Math.min(learned.limit(), model.contextWindow()) : model.contextWindow();
        return new TokenScale(model, model.counting().exact() ? 1 : learned.ratio() * margin(learned.samples()), limit);
    }

    private static double margin(int samples) {
        return 1 + MARGIN * Math.max(0, ENOUGH_SAMPLES - samples) / ENOUGH_SAMPLES;
    }

    /**
     * Fetches what is known of a model, for {@link #scale}. Waits only for a model that this process has not met, a bounded
     * time; a store that does not answer counts as one that knows nothing. Never fails.
     */
    public Uni<Void> prepare(Model model) {
        return Uni.createFrom().deferred(() -> {
            Known found = known.get(model.name());
            if (found == null) {
                return ask(model, () -> models.find(model.name()));
            }
            if (!clock.instant().isBefore(found.refresh)) {
                postpone(model);
                begin(ask(model, () -> models.find(model.name())));
            }
            return Uni.createFrom().voidItem();
        });
    }

    /**
     * Learns from a call that has ended: that a limit it went beyond does not hold, and how the provider counts. Returns at
     * once. Does nothing where that teaches nothing: of a usage that Parley estimated, and for the count of a model with exact
     * counts or of little text.
     *
     * @param sent all that was sent, before any correction
     */
    public void report(Model model, RawTokens sent, Usage usage) {
        if (!usage.estimated() && isBeyondLimit(model, usage)) {
            begin(ask(model, () -> models.taken(model.name(), usage.inputTokens() + usage.outputTokens())));
        }
        long text = usage.inputTokens() - sent.images();
        if (model.counting().exact() || usage.estimated() || text < LEAST_TOKENS || sent.text() < LEAST_TOKENS
                || !mayReport(model)) {
            return;
        }
        begin(ask(model, () -> models.learn(model.name(), (double) text / sent.text())));
    }

    private boolean isBeyondLimit(Model model, Usage usage) {
        Known found = known.get(model.name());
        return found != null && found.learned.limit() > 0
                && usage.inputTokens() + usage.outputTokens() > found.learned.limit();
    }

    /** One report of a model at a time, and a pause once it is known or the store does not answer. */
    private boolean mayReport(Model model) {
        Instant now = clock.instant();
        AtomicBoolean may = new AtomicBoolean();
        known.compute(model.name(), (_, found) -> {
            Known met = found == null ? new Known(Learned.NOTHING, now, now) : found;
            may.set(!now.isBefore(met.report));
            return may.get() ? new Known(met.learned, met.refresh, now.plus(BETWEEN_REPORTS)) : met;
        });
        return may.get();
    }

    /**
     * Remembers a limit that a provider has stated when it refused a call. Waits a bounded time; never fails.
     *
     * @param limit tokens of input and output together
     */
    public Uni<Void> stated(Model model, SessionId session, long limit) {
        return ask(model, () -> models.limit(model.name(), session, limit));
    }

    /** The caller goes on where it was when it asked: the end of the patience comes from another thread. */
    private Uni<Void> ask(Model model, Supplier<Uni<? extends Learned>> question) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            Uni<Void> answer = Uni.createFrom().<Learned> deferred(question)
                    .ifNoItem().after(PATIENCE).fail()
                    .invoke(learned -> remember(model, learned))
                    .replaceWithVoid()
                    .onFailure().recoverWithUni(failure -> {
                        LOG.debugf("The token estimates of a model could not be loaded or stored: %s",
                                failure.getClass().getSimpleName());
                        postpone(model);
                        return Uni.createFrom().voidItem();
                    });
            return context == null ? answer : answer.emitOn(task -> context.runOnContext(_ -> task.run()));
        });
    }

    private static void begin(Uni<Void> question) {
        question.subscribe().with(_ -> {
        });
    }

    private void remember(Model model, Learned learned) {
        Instant now = clock.instant();
        known.compute(model.name(), (_, found) -> new Known(learned, now.plus(FRESH),
                found == null || learned.samples() < Learned.MOST_SAMPLES ? now : found.report));
    }

    private void postpone(Model model) {
        Instant now = clock.instant();
        known.compute(model.name(), (_, found) -> new Known(found == null ? Learned.NOTHING : found.learned,
                now.plus(BEFORE_TRYING_AGAIN), found == null ? now : found.report));
    }

    /** How many models are remembered. */
    int size() {
        return known.size();
    }

    /**
     * A model that this process has met.
     *
     * @param refresh when to ask for it again
     * @param report when to report of it again
     */
    private record Known(Learned learned, Instant refresh, Instant report) {}
}

package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.turn.Opening.Opened;
import io.parley.usage.Spending;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Which model answers a turn: the one that was chosen, and when that fails before it has said anything, the session's
 * fallbacks, each once and in their order. Remembers what those that failed have used. Only for the turn's event loop.
 */
final class Failover {
    private static final Logger LOG = Logger.getLogger(Failover.class);
    private final TurnWork work;
    private final Opened opened;
    private final TurnRequest request;
    private final Deque<Model> left = new ArrayDeque<>();
    private TurnPreparation current;
    private Spending spent = Spending.NOTHING;
    private @Nullable Failure passing;

    Failover(TurnWork work, Opened opened, TurnRequest request) {
        this.work = work;
        this.opened = opened;
        this.request = request.withoutContent();
        SessionSettings settings = opened.session().settings();
        this.current = new TurnPreparation(work, opened, Settled.of(work.rules, settings, request));
        work.rules.fallbacks(settings).stream()
                .filter(model -> !model.name().equals(current.model().name())).distinct().forEach(left::add);
    }

    /** The one whose turn it is. */
    TurnPreparation current() {
        return current;
    }

    /** What the models before it have used. */
    Spending spent() {
        return spent;
    }

    /**
     * Goes on to the next model.
     *
     * @param reply of the present one, which has said nothing
     * @return false, and nothing happens, where there is none, or it would fare no better
     */
    boolean goOn(Throwable failure, ReplyDraft reply) {
        if (!(failure instanceof Failure known) || !isOfModel(known) || left.isEmpty()) {
            return false;
        }
        passing = known.retryable() ? known : passing;
        Usage used = reply.usage();
        spent = used == null ? spent : spent.plus(current.model(), used);
        Model next = left.remove();
        LOG.infof("Turn %s of session %s: after %s of model %s, the turn goes on with model %s.", opened.turn().id(),
                opened.turn().session(),
                known.code(), current.model().name(), next.name());
        current = new TurnPreparation(work, opened,
                Settled.of(work.rules, opened.session().settings(), request).with(next));
        return true;
    }

    /**
     * Returns whether another model may answer. A second provider does not get an input that the first one's filter refused.
     * Parley does not pay again for an answer that has come. No model can help if Parley itself failed.
     */
    private static boolean isOfModel(Failure failure) {
        return failure.code() == FailureCode.PROVIDER_UNAVAILABLE
                || (failure instanceof Failure.Provider known && known.code() != FailureCode.CONTENT_FILTERED
                        && !known.answered());
    }

    /** The failure to tell when the last model has failed too: one that may pass rather than one that will not. */
    Throwable toTell(Throwable last) {
        return passing != null && last instanceof Failure.Provider known && !known.retryable() ? passing : last;
    }
}

package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextRequest;
import io.parley.context.ContextState;
import io.parley.context.Contexts;
import io.parley.context.StoredContext;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionSettings;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The context of a turn, one that is open or one that is only thought of: reads what its policies need and has it chosen. */
final class TurnContext {
    private static final long CHARACTERS_OF_A_TOKEN = 4;
    private final Contexts contexts;
    private final Settled settled;
    private final Found found;
    private final Function<ReadPlan, Uni<List<Message>>> reading;
    private List<Message> history;

    /**
     * @param reading the history by another plan than the one by which it was found
     */
    TurnContext(Contexts contexts, Settled settled, Found found, Function<ReadPlan, Uni<List<Message>>> reading) {
        this.contexts = contexts;
        this.settled = settled;
        this.found = found;
        this.reading = reading;
        this.history = found.history();
    }

    /**
     * A session as the turn finds it.
     *
     * @param session with totals that include the input
     * @param history the newest messages in conversation order, the input last, as far back as {@code read} reaches
     * @param complete whether the history starts with the first message of the conversation
     */
    record Found(Session session, List<Message> history, ReadPlan read, boolean complete, StoredContext context) {
        Found { history = List.copyOf(history); }
    }

    /** Makes a choice of a history. */
    interface Choosing extends BiFunction<ContextRequest, List<Message>, Uni<ChosenContext>> {
    }

    /** The context that the policies choose. */
    Uni<ChosenContext> choose(Instant now, Choosing choosing) {
        return read().chain(() -> choosing.apply(request(now), history))
                .chain(context -> context.messages().isEmpty() && !found.complete()
                        ? readAll().chain(() -> choosing.apply(request(now), history))
                        : Uni.createFrom().item(context));
    }

    /** The same for a request with less room, from what was read for the first choice. */
    Uni<ChosenContext> shorter(ContextRequest request) {
        return contexts.choose(request, history);
    }

    private boolean isCutKnown() {
        long cut = cut();
        return settled.ofSession() && cut > 0 && (settled.namesPolicies()
                ? history.stream().anyMatch(message -> message.id().sequence() == cut)
                : found.read().fromSequence() == cut);
    }

    /** From where on a history is read that goes on; 0 where it was cut by other policies, or not yet. */
    private long cut() {
        ContextState state = found.context().state();
        return contexts.isCutBy(settled.specs(), state) ? state.cut().readFrom() : 0;
    }

    private Uni<Void> read() {
        ReadPlan needed = contexts.plan(settled.model(), settled.specs(), settled.generation());
        if (settled.ofSession() && settled.namesPolicies() && cut() > 0 && !isCutKnown()) {
            long beside = found.context().state().cut().inner() > 0 ? found.context().state().cut().first() : 0;
            return read(new ReadPlan(cut(), beside, needed.maxMessages(), 2 * needed.maxTokens()));
        }
        return isCutKnown() || found.complete() || needed.isCoveredBy(found.read()) ? Uni.createFrom().voidItem()
                : read(needed);
    }

    /** For an exchange that is longer than any budget, so that its user message was not among what was read. */
    private Uni<Void> readAll() {
        return read(new ReadPlan(0, 0, settled.model().contextWindow() * CHARACTERS_OF_A_TOKEN));
    }

    private Uni<Void> read(ReadPlan plan) {
        return reading.apply(plan).invoke(messages -> history = messages).replaceWithVoid();
    }

    /** What is chosen for. */
    ContextRequest request(Instant now) {
        SessionSettings settings = found.session().settings();
        ContextState state = found.context().state();
        return new ContextRequest(found.session().id(), settled.model(), settled.specs(), settled.generation(),
                settings.systemPrompt(), settings.facts(), found.complete(), found.session().totals(),
                isCutKnown() ? state : settled.ofSession() ? state.withoutCut() : ContextState.NEW,
                found.context().summaries(), Long.MAX_VALUE, now);
    }
}

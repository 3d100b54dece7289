package io.parley.context;

import io.parley.context.VectorIndex.Hit;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Usage;
import io.parley.conversation.Violation;
import io.parley.provider.Model;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what the model sees. This class and the classes that it calls guarantee these rules for every policy. System prompt
 * and facts are always in, and so is the newest exchange. Exchanges are kept whole, so tool results stay with their calls, and
 * the array starts with a user message or with a greeting before the first one. The order is kept, room for the output stays
 * free, and images are counted.
 */
@ApplicationScoped
public class Contexts {
    /** The exchange before the input is kept beside it, however few messages are asked for; with some calls of tools in it. */
    private static final int LEAST_FOR_RECALL = 10;
    private final Policies policies;
    private final TokenCounter counter;
    private final TokenEstimates estimates;
    private final Recall recall;

    Contexts(Policies policies, TokenCounter counter, TokenEstimates estimates, Recall recall) {
        this.policies = policies;
        this.counter = counter;
        this.estimates = estimates;
        this.recall = recall;
    }

    /** Which rules the policies break; pointers are relative to the list, e.g. {@code /0/maxTokens}. */
    public List<Violation> violations(List<ContextSpec> specs) {
        return policies.violations(specs);
    }

    /** The policies in force: the given ones, or the deployment's where there are none. */
    public List<ContextSpec> inForce(List<ContextSpec> specs) {
        return policies.inForce(specs);
    }

    /** Whether what is remembered of a cut was chosen by these policies. */
    public boolean isCutBy(List<ContextSpec> specs, ContextState state) {
        return policies.print(specs).equals(state.policies());
    }

    /** How many of the segments, the first ones, the provider's prompt cache is expected to know. */
    public int cachedSegments(ContextRequest request, ChosenContext chosen) {
        return chosen.forecast().cachedTokens() == 0 ? 0
                : request.state().sent().commonWith(chosen.segments()).count(chosen.segments());
    }

    /** Whether {@link #preview} leaves out older turns that {@link #choose} would bring back. */
    public boolean isRecallLeftOut(ChosenContext previewed) {
        return previewed.recalls() && !recall.isLocal();
    }

    /** How much of the history has to be read where it is not known where it was last cut. */
    public ReadPlan plan(Model model, List<ContextSpec> specs, Generation generation) {
        Demand demand = policies.demand(specs);
        TokenScale scale = estimates.scale(model);
        Room room = Room.of(model, scale.limit(), generation, demand.ceiling());
        return plan(0, demand, room, scale);
    }

    static ReadPlan plan(long from, Demand demand, Room room, TokenScale scale) {
        int window = demand.holdsWindow() ? Math.max(demand.messages(), demand.recall() == null ? 0 : LEAST_FOR_RECALL) : 0;
        // What is carried beyond the ceiling has to be seen, as it is then that it is cut.
        long tokens = scale.raw(room.ceiling()) * (from > 0 ? 2 : 1);
        return new ReadPlan(from, window, Math.max(1, tokens));
    }

    /**
     * The context of a turn. Long text is counted off the event loop; long histories are told apart in one pass.
     *
     * @param history the newest messages in conversation order, the input last, as far back as the read plan reaches
     */
    public Uni<ChosenContext> choose(ContextRequest request, List<Message> history) {
        return choice(request, history).chain(choice -> choice.isRecalling() ? recalling(request, choice)
                : Uni.createFrom().item(choice.with(List.of())));
    }

    /** As {@link #choose}, but nobody is called for it: where older turns are found by somebody else's model, none are. */
    public Uni<ChosenContext> preview(ContextRequest request, List<Message> history) {
        return choice(request, history).chain(choice -> choice.isRecalling() && recall.isLocal() ? recalling(request, choice)
                : Uni.createFrom().item(choice.with(List.of())));
    }

    private Uni<Choice> choice(ContextRequest request, List<Message> history) {
        return estimates.prepare(request.model())
                .chain(() -> Frame.of(request, counter))
                .chain(frame -> Recounting.of(ToolPairs.paired(history), request.model(), counter)
                        .map(counted -> new Choice(policies.together(request.specs()), request,
                                estimates.scale(request.model()),
                                frame, counted)));
    }

    private Uni<ChosenContext> recalling(ContextRequest request, Choice choice) {
        List<Hit> before = choice.recalledBefore();
        return (before.isEmpty() ? recall.find(request.session(), choice.query(), choice.begin(), choice.topK())
                : recall.again(request.session(), before)).map(choice::with);
    }

    /** The request after the provider has refused a context as too long: with less room, and with the limit it has stated. */
    public ContextRequest shortened(ContextRequest request, ChosenContext refused, @Nullable ContextLimit stated) {
        return Shortening.of(request, refused, stated);
    }

    /** Remembers what a provider has stated of its model's limit. Never fails. */
    public Uni<Void> learnLimit(ContextRequest request, @Nullable ContextLimit stated) {
        return stated == null || stated.limit() <= 0 ? Uni.createFrom().voidItem()
                : estimates.stated(request.model(), request.session(), stated.limit());
    }

    /** Learns, beside the turn, from what the provider has counted. */
    public void learn(ChosenContext sent, Usage usage) {
        estimates.report(sent.scale().model(), sent.counted(), usage);
    }

    /** How long a content is, as it is stored with a message. */
    public Uni<TokenCount> count(Model model, List<Content> content) {
        return counter.count(content, model.encoding());
    }
}

package io.parley.context;

import io.parley.context.ContextState.Cut;
import io.parley.context.ContextState.Limit;
import io.parley.context.Demand.SummaryDemand;
import io.parley.context.Policies.Policy;
import io.parley.context.Segment.Kind;
import io.parley.context.VectorIndex.Hit;
import io.parley.conversation.BlankText;
import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Summary;
import io.parley.provider.CacheHints;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The choice of one context: first how far back the history goes, then, with what was recalled, all that is sent. */
final class Choice {
    private static final long USUAL_GROWTH = 500;
    /** At most this part of the ceiling is kept for recalled turns, each of which takes some one and a half turns' tokens. */
    private static final int RECALL_SHARE = 4;
    private static final double RECALLED_TURN = 1.5;
    private static final int TURNS_AHEAD = 2;
    private final Demand demand;
    private final Policy policy;
    private final ContextRequest request;
    private final ContextState state;
    private final TokenScale scale;
    private final Frame frame;
    private final Room room;
    private final @Nullable String cold;
    private final @Nullable Summary summary;
    private final List<Exchange> kept;
    private final boolean whole;
    private final long inner;
    private final boolean cut;
    private final @Nullable SummaryWanted wanted;

    /**
     * @param history messages in pairs of calls and results, counted for the model
     */
    Choice(Policy policy, ContextRequest request, TokenScale scale, Frame frame, List<Message> history) {
        this.demand = policy.demand();
        this.policy = policy;
        this.request = request;
        this.state = request.state();
        this.scale = scale;
        this.frame = frame;
        this.room = Room.of(request.model(), window(), request.generation(), Math.min(demand.ceiling(), request.most()));
        this.cold = Warmth.cold(request, frame);
        List<Exchange> all = Exchanges.of(withoutMiddle(history), scale::tokens, request.complete());
        Summary inUse = inUse();
        List<Exchange> carried = after(all, inUse);
        this.summary = isTimeFor(carried, inUse) ? newest(all, inUse) : inUse;
        List<Exchange> covered = summary == inUse ? carried : after(all, summary);
        Cutting cutting = cutting(all, summary);
        boolean uncut = summary == null && (state.cut().first() == 0 ? request.complete() : state.cut().whole());
        List<Exchange> cutTo = cutting.cut(covered, isFree(), uncut);
        this.kept = inside(cutTo, cutting);
        this.whole = uncut && kept.equals(covered);
        this.inner = inner(cutTo);
        this.cut = state.cut().first() > 0 && (begin() != state.cut().first() || inner != state.cut().inner());
        this.wanted = wanted(all);
    }

    /** The history as it was cut inside a long exchange, however much of that has been read. */
    private List<Message> withoutMiddle(List<Message> history) {
        Cut before = state.cut();
        return before.inner() == 0 ? history
                : history.stream().filter(message -> message.id().sequence() <= before.first()
                        || message.id().sequence() >= before.inner()).toList();
    }

    /** One exchange that is too long by itself, such as a long series of tool calls, is cut inside. */
    private List<Exchange> inside(List<Exchange> cutTo, Cutting cutting) {
        return cutTo.size() != 1 || cutTo.getFirst().tokens() <= cutting.room() ? cutTo
                : List.of(Exchanges.shortened(cutTo.getFirst(), scale::tokens, cutting.keptTokens()));
    }

    private long inner(List<Exchange> cutTo) {
        boolean shortened = !kept.equals(cutTo);
        boolean before = state.cut().inner() > 0 && begin() == state.cut().first();
        return (shortened || before) && kept.getFirst().messages().size() > 1
                ? kept.getFirst().messages().get(1).id().sequence()
                : 0;
    }

    /** A summary takes a moment, so that it is made before it is needed; not while another one waits to be used. */
    private @Nullable SummaryWanted wanted(List<Exchange> all) {
        SummaryDemand asked = demand.summary();
        if (asked == null || newest(all, summary) != summary) {
            return null;
        }
        Cutting cutting = cutting(all, summary);
        int older = kept.size() - cutting.recent(kept).size();
        long tokens = summary == null ? 0 : tokens(summary);
        boolean due = older > 0 && cutting.isSummaryWorthIt(kept, tokens, TURNS_AHEAD);
        return due ? new SummaryWanted(kept.get(older - 1).messages().getLast().id(), asked.model()) : null;
    }

    private long window() {
        long stated = state.limitOf(request.model().name(), request.now());
        return stated > 0 ? Math.min(scale.limit(), stated) : scale.limit();
    }

    private boolean isFree() {
        return cold != null || state.cut().first() == 0;
    }

    private @Nullable Summary inUse() {
        return demand.summary() == null ? null
                : request.summaries().stream().filter(known -> known.through().sequence() == state.summary()).findFirst()
                        .orElse(null);
    }

    private List<Exchange> after(List<Exchange> all, @Nullable Summary covering) {
        long from = covering == null ? state.cut().first() : covering.through().sequence() + 1;
        return all.stream().filter(exchange -> exchange.first() >= from || exchange == all.getLast()).toList();
    }

    private boolean isTimeFor(List<Exchange> carried, @Nullable Summary inUse) {
        long tokens = inUse == null ? 0 : tokens(inUse);
        return demand.summary() != null && (isFree() || cutting(carried, inUse).isSummaryWorthIt(carried, tokens, 0));
    }

    private @Nullable Summary newest(List<Exchange> all, @Nullable Summary inUse) {
        long before = all.isEmpty() ? 0 : all.getLast().first();
        return request.summaries().stream()
                .filter(known -> known.through().sequence() < before)
                .max(Comparator.comparingLong(known -> known.through().sequence()))
                .orElse(inUse);
    }

    private Cutting cutting(List<Exchange> history, @Nullable Summary before) {
        long beside = frame.tokens(scale) + (before == null ? 0 : tokens(before));
        return new Cutting(demand, CacheEconomics.of(request.model()), growth(history), beside,
                Math.max(0, room.ceiling() - beside - recallRoom(history)), request.model().cacheMinimum());
    }

    private long tokens(Summary covering) {
        return scale.tokens(covering.tokens().tokens());
    }

    private double growth(List<Exchange> history) {
        return state.measured() > 0 ? state.growth()
                : history.isEmpty() ? USUAL_GROWTH : (double) Exchanges.tokens(history) / history.size();
    }

    private long recallRoom(List<Exchange> history) {
        return demand.recall() == null ? 0
                : (long) Math.min((double) room.ceiling() / RECALL_SHARE,
                        demand.recall().topK() * RECALLED_TURN * growth(history));
    }

    /** Whether older turns are to be brought back for the input. */
    boolean isRecalling() {
        return demand.recall() != null && !kept.isEmpty() && !BlankText.isBlank(query())
                && (!goesOn() || !recalledBefore().isEmpty())
                && Exchanges.messages(kept) < request.totals().messages();
    }

    /** What was brought back for this exchange before, if it goes on with results of tools; else empty. */
    List<Hit> recalledBefore() {
        return goesOn() ? RecalledFor.turns(state.recalled(), kept.getLast().first()) : List.of();
    }

    private boolean goesOn() {
        return !kept.isEmpty() && kept.getLast().messages().size() > 1;
    }

    /** What the user says. */
    String query() {
        return Marked.text(kept.getLast().messages().getFirst().content());
    }

    int topK() {
        return Objects.requireNonNull(demand.recall()).topK();
    }

    /** The number of the first message that is sent, 0 if there is none. */
    long begin() {
        return kept.isEmpty() ? 0 : kept.getFirst().first();
    }

    /** The whole of it. */
    ChosenContext with(List<RecalledTurn> found) {
        long summaryTokens = summary == null ? 0 : tokens(summary);
        long sent = frame.tokens(scale) + summaryTokens + Exchanges.tokens(kept);
        RecalledBlock recalled = RecalledBlock.of(found, room.ceiling() - sent, scale);
        Assembly assembly = new Assembly(request.facts(), summary, kept, frame).with(recalled.text(), recalled.tokens());
        List<Segment> segments = List.copyOf(assembly.segments());
        long all = sent + scale.tokens(recalled.tokens());
        return new ChosenContext(policy.name(), request.systemPrompt(), assembly.messages(), generation(all), hints(assembly),
                segments, all, counted(segments), Math.max(0, request.totals().messages() - Exchanges.messages(kept)),
                omittedTokens(), room, scale, Warmth.forecast(request, cold, segments, scale, cut), next(segments, recalled),
                plan(), recalled.turns(), summary, wanted, demand.recall() != null);
    }

    private Stream<Message> keptMessages() {
        return kept.stream().flatMap(exchange -> exchange.messages().stream());
    }

    private RawTokens counted(List<Segment> segments) {
        long beside = segments.stream().filter(segment -> segment.kind() != Kind.MESSAGE).mapToLong(Segment::tokens).sum();
        return keptMessages().map(scale::parts).reduce(new RawTokens(beside, 0), RawTokens::plus);
    }

    private long omittedTokens() {
        long raw = keptMessages().mapToLong(message -> message.meta().tokens().tokens()).sum();
        return scale.tokens(Math.max(0, request.totals().tokens() - raw));
    }

    /** An input that is too long for its ceiling leaves less room for the reply than it was to have. */
    private Generation generation(long sent) {
        long left = room.window() - sent;
        long output = sent > room.ceiling() && left > 0 ? Math.min(room.output(), left) : room.output();
        return new Generation((int) output, null, null, null).orElse(request.generation());
    }

    private CacheHints hints(Assembly assembly) {
        String key = request.session().tag();
        boolean framed = frame.segments().stream().anyMatch(segment -> segment.kind() != Kind.FACTS);
        return request.model().cacheLifetime() == null ? CacheHints.none(key)
                : new CacheHints(key, framed, assembly.marks(state));
    }

    private ReadPlan plan() {
        ReadPlan from = Contexts.plan(inner > 0 ? inner : begin(), demand, room, scale);
        return new ReadPlan(from.fromSequence(), inner > 0 ? begin() : 0, from.maxMessages(), from.maxTokens());
    }

    private ContextState next(List<Segment> segments, RecalledBlock recalled) {
        long through = summary == null ? 0 : summary.through().sequence();
        boolean begunAnew = state.cut().first() == 0 || cut || through != state.summary();
        long newest = kept.isEmpty() ? 0 : kept.getLast().last();
        Cut cutNow = new Cut(begin(), inner, begunAnew ? newest : state.cut().anchor(), whole);
        Limit limit = state.limitOf(request.model().name(), request.now()) > 0 ? state.limit() : null;
        String brought = kept.isEmpty() ? "" : RecalledFor.of(kept.getLast().first(), recalled.turns());
        return new ContextState(cutNow, through, state.growth(), state.measured(), policy.print(), request.model().name(),
                request.now(), limit, brought, SentPrefix.of(segments));
    }
}

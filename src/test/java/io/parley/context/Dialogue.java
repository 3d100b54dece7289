package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.ToolDefinition;
import io.parley.conversation.Usage;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as its turns go on, in memory: what is read follows the stored plan, and what is remembered is stored with each
 * reply, as the store does it.
 */
public final class Dialogue {
    private static final SessionId SESSION = new SessionId("tag.one");
    private static final Generation GENERATION = new Generation(100, null, null,
            List.of(new ToolDefinition("tool", "does it", new RawJson("{\"type\":\"object\"}"))));
    private final Contexts contexts;
    private final List<Message> history = new ArrayList<>();
    private final List<Summary> summaries = new ArrayList<>();
    private Model model;
    private List<ContextSpec> specs;
    private String system = "Be kind.";
    private List<String> facts = List.of("likes tea");
    private ContextState state = ContextState.NEW;
    private ReadPlan plan;
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private long sequence;
    private int toolCalls;

    public Dialogue(Contexts contexts, Model model, List<ContextSpec> specs) {
        this.contexts = contexts;
        this.model = model;
        this.specs = List.copyOf(specs);
        this.plan = contexts.plan(model, specs, GENERATION);
    }

    /** One that recalls some of the older turns, always the same ones for the same input. */
    public static Dialogue recalling(Model model, List<ContextSpec> specs) {
        Dialogue[] self = new Dialogue[1];
        Recall recall = TestContexts.finding((query, before, topK) -> self[0].older(query, before, topK));
        self[0] = new Dialogue(TestContexts.with(recall, model), model, specs);
        return self[0];
    }

    private List<RecalledTurn> older(String query, long before, int topK) {
        List<RecalledTurn> found = new ArrayList<>();
        for (Exchange exchange : Exchanges.of(history, message -> message.meta().tokens().tokens())) {
            boolean fits = exchange.last() < before && found.size() < topK;
            if (fits && (query.isEmpty() || (exchange.first() * 31 + query.length()) % 3 == 0)) {
                found.add(new RecalledTurn(exchange.messages(), 0.9 - found.size() * 0.1));
            }
        }
        return found;
    }

    /** What the user says. */
    public void user(int tokens) {
        add(new Message.User(meta(tokens), List.of(new Content.Text("question " + sequence))));
    }

    /** A reply of text. */
    public void reply(int tokens) {
        add(new Message.Assistant(meta(tokens), List.of(new Content.Text("answer " + sequence)), "m", FinishReason.STOP));
    }

    /** A reply that calls a tool; the result is the next input. */
    public void callAndResult(int tokens) {
        String id = "c" + ++toolCalls;
        add(new Message.Assistant(meta(tokens), List.of(new Content.ToolCall(id, "tool", RawJson.EMPTY_OBJECT)), "m",
                FinishReason.TOOL_CALLS));
        add(new Message.Tool(meta(tokens), List.of(new Content.ToolResult(id, List.of(new Content.Text("42")), false))));
    }

    private MessageMeta meta(int tokens) {
        sequence++;
        return new MessageMeta(new MessageId(sequence), null, MessageStatus.COMPLETED, new TokenCount(tokens, "o200k_base"),
                now, now, 1, false);
    }

    private void add(Message message) {
        history.add(message);
    }

    /** Time goes by. */
    public void idle(Duration time) {
        now = now.plus(time);
    }

    public void model(Model other) {
        model = other;
        plan = contexts.plan(model, specs, GENERATION);
    }

    public void system(String other) {
        system = other;
    }

    /** Another text in the place of an old message; summaries of it are gone. */
    public void edit(int index) {
        Message old = history.get(index);
        MessageMeta meta = old.meta();
        MessageMeta edited = new MessageMeta(meta.id(), null, meta.status(), meta.tokens(), meta.createdAt(), now,
                meta.version() + 1, false);
        if (old instanceof Message.User) {
            history.set(index, new Message.User(edited, List.of(new Content.Text("edited " + index))));
            forgetFrom(meta.id().sequence());
        }
    }

    public void remove(int index) {
        forgetFrom(history.remove(index).id().sequence());
    }

    private void forgetFrom(long number) {
        summaries.removeIf(summary -> summary.through().sequence() >= number);
        if (state.summary() >= number) {
            plan = new ReadPlan(0, plan.maxMessages(), plan.maxTokens());
        }
    }

    /** A summary that was made after the turn. */
    public void summarise(SummaryWanted wanted) {
        summaries.add(new Summary(history.getFirst().id(), wanted.through(), "summary through " + wanted.through(),
                new TokenCount(60, "o200k_base"), "m", "source", Usage.NONE, null, now));
    }

    /** The context of a turn that answers the newest message. */
    public ChosenContext next() {
        return choose(read());
    }

    /** The same, had all of the history been read. */
    public ChosenContext nextOfAll() {
        return choose(history);
    }

    private ChosenContext choose(List<Message> read) {
        return contexts.choose(request(read), read).await().indefinitely();
    }

    ContextRequest request() {
        return request(history);
    }

    private ContextRequest request(List<Message> read) {
        long from = state.cut().readFrom();
        boolean known = from > 0 && plan.fromSequence() == from && contexts.isCutBy(specs, state);
        long tokens = history.stream().mapToLong(message -> message.meta().tokens().tokens()).sum();
        return new ContextRequest(SESSION, model, specs, GENERATION, system, facts, read.size() == history.size(),
                new HistoryTotals(history.size(), tokens),
                known ? state : state.withoutCut(), summaries, Long.MAX_VALUE, now);
    }

    private List<Message> read() {
        List<Message> read = new ArrayList<>();
        long tokens = 0;
        for (Message message : history.reversed()) {
            boolean before = plan.fromSequence() > 0 ? message.id().sequence() < plan.fromSequence()
                    : plan.maxMessages() > 0 && read.size() >= plan.maxMessages();
            if (before || (plan.maxTokens() > 0 && tokens >= plan.maxTokens())) {
                break;
            }
            read.addFirst(message);
            tokens += message.meta().tokens().tokens();
        }
        history.stream().filter(message -> message.id().sequence() == plan.beside()).forEach(read::addFirst);
        return read;
    }

    /** Stores what a turn that sent this remembers; its reply is still to come. */
    public void sent(ChosenContext context, int tokens) {
        state = context.state().grownBy(tokens);
        plan = context.plan();
    }

    public List<Message> history() {
        return history;
    }

    public ContextState state() {
        return state;
    }

    public @Nullable String system() {
        return system;
    }

    public List<String> facts() {
        return facts;
    }

    /** The request to the provider. */
    public static ChatCall call(ChosenContext context) {
        return new ChatCall(context.scale().model(), context.system(), context.messages(), context.generation(),
                context.cache());
    }
}

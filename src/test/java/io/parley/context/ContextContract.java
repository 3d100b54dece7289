package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Message;
import io.parley.provider.Ability;
import io.parley.provider.CacheHints;
import io.parley.provider.ChatCall;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import io.parley.testing.ChatClient;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * What holds for every policy, whatever happens in a conversation, in the bytes that a provider gets. Each provider's test
 * extends it.
 */
public abstract class ContextContract {
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    /** The body of the request. */
    protected abstract String render(ChatCall call);

    /** The part of a body that ends with the messages, without what closes them. */
    protected abstract String throughMessages(String body);

    /** Fails if the provider would refuse this. */
    protected abstract void isLegal(JsonNode body);

    /** Something that happens in a conversation. */
    enum Step {
        SAY,
        SAY_SHORT,
        SAY_LONG,
        CALL_TOOL,
        CALL_MANY_TOOLS,
        UNANSWERED,
        IDLE,
        EDIT,
        REMOVE,
        NEW_PROMPT,
        OTHER_MODEL
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.of(Step.SAY, Step.SAY_SHORT, Step.SAY_LONG)),
                Tuple.of(3, Arbitraries.of(Step.CALL_TOOL, Step.CALL_MANY_TOOLS, Step.UNANSWERED, Step.IDLE)),
                Tuple.of(1, Arbitraries.of(Step.EDIT, Step.REMOVE, Step.NEW_PROMPT, Step.OTHER_MODEL)))
                .list().ofMinSize(1).ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<ContextSpec>> policies() {
        ContextSpec window = new ContextSpec("sliding-window", Map.of("maxMessages", 6));
        ContextSpec budget = new ContextSpec("token-budget", Map.of("maxTokens", 2500));
        ContextSpec summary = new ContextSpec("summarise", Map.of("keepRecent", 4));
        ContextSpec recall = new ContextSpec("retrieve", Map.of("keepRecent", 4, "topK", 3));
        return Arbitraries.of(List.of(), List.of(new ContextSpec("full", Map.of())), List.of(window), List.of(budget),
                List.of(new ContextSpec("token-budget", Map.of("maxTokens", 2500, "trimTo", 0.5))),
                List.of(new ContextSpec("sliding-window", Map.of("maxMessages", 6, "trimTo", 1))), List.of(summary),
                List.of(recall), List.of(summary, recall, budget), List.of(window, budget));
    }

    @Provide
    Arbitrary<Model> models() {
        Prices anthropic = prices("3", "0.30", "3.75");
        return Arbitraries.of(model("cached", anthropic, LIFETIME, true), model("estimated", anthropic, LIFETIME, false),
                model("half price", prices("2.50", "1.25", "2.50"), LIFETIME, true), model("uncached", null, null, true));
    }

    private static Prices prices(String input, String cached, String written) {
        return new Prices(new BigDecimal(input), new BigDecimal(cached), new BigDecimal(written), new BigDecimal("15"), "USD");
    }

    private static Model model(String name, Prices prices, Duration lifetime, boolean exact) {
        return new Model(name, "p", name, "o200k_base", 6000, 1000, prices, lifetime, 0, Set.of(Ability.TOOLS),
                new Counting(exact, Counting.ESTIMATED.images()));
    }

    @Property(tries = 250)
    void what_is_sent_is_legal_within_its_bounds_and_begins_as_before(@ForAll("steps") List<Step> steps,
            @ForAll("policies") List<ContextSpec> policies, @ForAll("models") Model model) {
        Dialogue dialogue = Dialogue.recalling(model, policies);
        String before = "";
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (happens(dialogue, step, i)) {
                ChosenContext context = dialogue.next();
                before = sentWell(dialogue, context, before);
                remember(dialogue, context, i);
                if (step != Step.UNANSWERED) {
                    int calls = step == Step.CALL_TOOL ? 1 : step == Step.CALL_MANY_TOOLS ? 12 : 0;
                    for (int call = 0; call < calls; call++) {
                        before = goesOn(dialogue, before, calls == 1 ? 60 : 350);
                    }
                    dialogue.reply(step == Step.SAY_LONG ? 900 : 120);
                }
            }
        }
    }

    private String goesOn(Dialogue dialogue, String before, int tokens) {
        dialogue.callAndResult(tokens);
        ChosenContext context = dialogue.next();
        String sent = sentWell(dialogue, context, before);
        dialogue.sent(context, 120);
        return sent;
    }

    /** Checks what is sent for a turn; returns what the next one is to begin with. */
    private String sentWell(Dialogue dialogue, ChosenContext context, String before) {
        String body = render(Dialogue.call(context));
        holds(dialogue, context);
        isLegal(ChatClient.parse(body));
        assertThat(render(Dialogue.call(dialogue.next()))).isEqualTo(body);
        Forecast forecast = context.forecast();
        if (forecast.difference() == null && !forecast.cut() && forecast.cold() == null) {
            assertThat(unmarked(throughMessages(body))).startsWith(before);
        }
        return unmarked(throughMessages(render(withoutInput(Dialogue.call(context)))));
    }

    /** Whether it is followed by a turn. */
    private static boolean happens(Dialogue dialogue, Step step, int i) {
        switch (step) {
            case SAY -> dialogue.user(150);
            case SAY_SHORT -> dialogue.user(3);
            case SAY_LONG -> dialogue.user(1200);
            case CALL_TOOL, CALL_MANY_TOOLS, UNANSWERED -> dialogue.user(40);
            case IDLE -> dialogue.idle(Duration.ofMinutes(6));
            case NEW_PROMPT -> dialogue.system("Be kind, " + i + ".");
            case OTHER_MODEL -> dialogue.model(model("other " + i % 2, prices("1", "0.1", "1"), LIFETIME, true));
            case EDIT -> edit(dialogue, i);
            case REMOVE -> remove(dialogue, i);
        }
        return switch (step) {
            case SAY, SAY_SHORT, SAY_LONG, CALL_TOOL, CALL_MANY_TOOLS, UNANSWERED -> true;
            case IDLE, NEW_PROMPT, OTHER_MODEL, EDIT, REMOVE -> false;
        };
    }

    private static void edit(Dialogue dialogue, int i) {
        if (!dialogue.history().isEmpty()) {
            dialogue.edit(i % dialogue.history().size());
        }
    }

    private static void remove(Dialogue dialogue, int i) {
        if (dialogue.history().size() > 2) {
            dialogue.remove(i % dialogue.history().size());
        }
    }

    private static void remember(Dialogue dialogue, ChosenContext context, int i) {
        dialogue.sent(context, 300);
        if (context.wanted() != null && i % 3 != 0) {
            dialogue.summarise(context.wanted());
        }
    }

    private static void holds(Dialogue dialogue, ChosenContext context) {
        List<Message> sent = context.messages();
        List<Long> numbers = sent.stream().map(message -> message.id().sequence()).toList();
        Message firstSaid = sent.stream().filter(Message.User.class::isInstance).findFirst().orElseThrow();
        // The messages before the first user message of the whole conversation are sent too.
        boolean begins = sent.getFirst().id().equals(dialogue.history().getFirst().id());
        assertThat(begins || firstSaid == sent.getFirst()).isTrue();
        assertThat(sent.getLast().id()).isEqualTo(dialogue.history().getLast().id());
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
        assertThat(context.system()).isEqualTo(dialogue.system());
        assertThat(firstSaid.content().getFirst()).isEqualTo(new Content.Text(Marked.facts(dialogue.facts())));
        assertThat(openCalls(sent)).isEmpty();
        assertThat(context.generation().maxOutputTokens()).isEqualTo(100);
        boolean shortest = sent.size() <= 3 && sent.stream().filter(Message.User.class::isInstance).count() == 1;
        if (!shortest) {
            assertThat(context.sentTokens()).isLessThanOrEqualTo(context.room().ceiling());
        }
        assertThat(context.room().ceiling()).isLessThanOrEqualTo(context.room().window() - 100);
        long covered = context.summary() == null ? 0 : context.summary().through().sequence();
        assertThat(numbers.getFirst()).isGreaterThan(covered);
    }

    private static Set<String> openCalls(List<Message> messages) {
        Set<String> open = new HashSet<>();
        for (Message message : messages) {
            for (Content block : message.content()) {
                if (block instanceof Content.ToolCall call) {
                    open.add(call.id());
                } else if (block instanceof Content.ToolResult result && !open.remove(result.callId())) {
                    open.add("no call for " + result.callId());
                }
            }
        }
        return open;
    }

    /** All before the newest user message. */
    private static ChatCall withoutInput(ChatCall call) {
        List<Message> before = new ArrayList<>(call.messages());
        while (!(before.removeLast() instanceof Message.User)) {
            assertThat(before).isNotEmpty();
        }
        CacheHints hints = new CacheHints(call.cache().key(), call.cache().afterSystem(), List.of());
        return new ChatCall(call.model(), call.system(), before, call.generation(), hints);
    }

    private static String unmarked(String body) {
        return body.replace(",\"cache_control\":{\"type\":\"ephemeral\"}", "");
    }
}

package io.parley.context;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Message;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is sent of 10,000 messages: where they are cut for the first time, and where the turn after that goes on. */
@State(Scope.Thread)
public class ContextPolicyBenchmark {
    private static final int TURNS = 5_000;
    private static final int TOKENS = 50;
    /** Takes all of them, so that no policy is spared any. */
    private static final Model MODEL = new Model("m", "p", "m", "o200k_base", 1_000_000, 1_000,
            new Prices(new BigDecimal("3"), new BigDecimal("0.30"), new BigDecimal("3.75"), new BigDecimal("15"), "USD"),
            Duration.ofMinutes(5), 1_024, Set.of(), new Counting(true, Counting.ESTIMATED.images()));
    private static final Map<String, Map<String, Object>> PARAMETERS = Map.of("token-budget", Map.of("maxTokens", 8_000));
    @Param({ "full", "sliding-window", "token-budget", "summarise", "retrieve" })
    private String policy;
    private List<Message> history;
    private Contexts contexts;
    private ContextRequest first;
    private ContextRequest next;

    @Setup
    public void prepare() {
        contexts = TestContexts.with(TestContexts.finding((_, before, topK) -> history.subList(0, 2 * topK).stream()
                .filter(message -> message instanceof Message.User && message.id().sequence() < before)
                .map(message -> new RecalledTurn(List.of(message), 0.8)).toList()), MODEL);
        Dialogue dialogue = new Dialogue(contexts, MODEL,
                List.of(new ContextSpec(policy, PARAMETERS.getOrDefault(policy, Map.of()))));
        history = dialogue.history();
        for (int turn = 1; turn < TURNS; turn++) {
            dialogue.user(TOKENS);
            dialogue.reply(TOKENS);
        }
        dialogue.user(TOKENS);
        first = dialogue.request();
        dialogue.sent(dialogue.next(), 2 * TOKENS);
        dialogue.reply(TOKENS);
        dialogue.user(TOKENS);
        next = dialogue.request();
    }

    @Benchmark
    public ChosenContext first() {
        return choose(first, history.subList(0, 2 * TURNS - 1));
    }

    @Benchmark
    public ChosenContext next() {
        return choose(next, history);
    }

    private ChosenContext choose(ContextRequest request, List<Message> all) {
        return contexts.choose(request, all).await().indefinitely();
    }
}

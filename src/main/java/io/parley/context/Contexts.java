package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.TokenCount;
import io.parley.conversation.ToolDefinition;
import io.parley.conversation.Violation;
import io.parley.provider.Model;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses what the model sees. What holds for every policy is held here, by construction: system prompt and facts always
 * in, the newest exchange always in, whole exchanges only, so that tool results stay with their calls and the array starts
 * with a user message; order kept; room for the output kept free.
 */
@ApplicationScoped
public class Contexts {
    private static final ContextSpec DEFAULT = new ContextSpec("token-budget", Map.of());
    /** Without a limit of its own a reply gets at most this part of the window. */
    private static final int OUTPUT_SHARE = 4;
    private final List<ContextPolicy> policies;
    private final TokenCounter counter;

    Contexts(@All List<ContextPolicy> policies, TokenCounter counter) {
        this.policies = List.copyOf(policies);
        this.counter = counter;
    }

    /** Which rules the policies break; pointers are relative to the list, e.g. {@code /0/maxTokens}. */
    public List<Violation> violations(List<ContextSpec> specs) {
        if (specs.size() > 1) {
            return List.of(new Violation("", "These policies cannot be combined; name one."));
        }
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            violations.addAll(violations("/" + i, specs.get(i)));
        }
        return violations;
    }

    private List<Violation> violations(String pointer, ContextSpec spec) {
        Optional<ContextPolicy> policy = find(spec.policy());
        if (policy.isEmpty()) {
            String known = String.join(", ", policies.stream().map(ContextPolicy::name).sorted().toList());
            return List.of(new Violation(pointer + "/policy", "Unknown policy; known are: " + known + "."));
        }
        return policy.get().violations(spec.parameters()).stream()
                .map(violation -> new Violation(pointer + violation.pointer(), violation.detail()))
                .toList();
    }

    /** How much of the history has to be read for it. */
    public ReadPlan plan(Model model, List<ContextSpec> specs, Generation generation) {
        ContextSpec spec = spec(specs);
        return policy(spec).plan(spec.parameters(), window(model, generation));
    }

    /**
     * The context of a turn.
     *
     * @param history the newest messages in conversation order, the input last, as far back as {@link #plan} reaches
     */
    public Uni<ChosenContext> choose(ContextRequest request, List<Message> history) {
        return counter.count(fixedParts(request), request.model().encoding())
                .chain(fixed -> Exchanges.of(ToolPairs.paired(history), counter, request.model())
                        .map(exchanges -> choose(request, exchanges, fixed.tokens())));
    }

    private ChosenContext choose(ContextRequest request, List<Exchange> exchanges, int fixedTokens) {
        ContextSpec spec = spec(request.specs());
        long budget = Math.max(0, window(request.model(), request.generation()) - fixedTokens);
        int kept = policy(spec).keep(exchanges.stream().map(Exchange::size).toList(), spec.parameters(), budget);
        int from = Math.max(0, exchanges.size() - Math.max(1, kept));
        List<Exchange> sent = exchanges.subList(from, exchanges.size());
        List<Message> messages = sent.stream().flatMap(exchange -> exchange.messages().stream()).toList();
        long tokens = sent.stream().mapToLong(exchange -> exchange.size().tokens()).sum();
        return new ChosenContext(spec.policy(), request.systemPrompt(), Facts.before(messages, request.facts()), tokens,
                Math.max(0, request.totals().messages() - messages.size()), Math.max(0, request.totals().tokens() - tokens),
                request.generation().orElse(new Generation(outputReserve(request.model(), request.generation()), null, null,
                        null)));
    }

    /** Everything that is sent beside the history, as content to be counted. */
    private static List<Content> fixedParts(ContextRequest request) {
        List<Content> parts = new ArrayList<>();
        if (request.systemPrompt() != null) {
            parts.add(new Content.Text(request.systemPrompt()));
        }
        if (!request.facts().isEmpty()) {
            parts.add(new Content.Text(Facts.text(request.facts())));
        }
        List<ToolDefinition> tools = request.generation().tools();
        if (tools != null) {
            tools.forEach(tool -> parts.add(new Content.ToolCall("", tool.name() + tool.description(), tool.parameters())));
        }
        return parts;
    }

    private static long window(Model model, Generation generation) {
        return (long) model.contextWindow() - outputReserve(model, generation);
    }

    private static int outputReserve(Model model, Generation generation) {
        Integer wanted = generation.maxOutputTokens();
        int most = Math.min(model.outputLimit(), model.contextWindow() - 1);
        return wanted != null ? Math.min(wanted, most) : Math.min(most, model.contextWindow() / OUTPUT_SHARE);
    }

    private static ContextSpec spec(List<ContextSpec> specs) {
        return specs.isEmpty() ? DEFAULT : specs.getFirst();
    }

    private ContextPolicy policy(ContextSpec spec) {
        return find(spec.policy()).or(() -> find(DEFAULT.policy())).orElseThrow();
    }

    private Optional<ContextPolicy> find(String name) {
        return policies.stream().filter(policy -> policy.name().equals(name)).findFirst();
    }

    /** How long a content is for a model. */
    public Uni<TokenCount> count(Model model, List<Content> content) {
        return counter.count(content, model.encoding());
    }
}

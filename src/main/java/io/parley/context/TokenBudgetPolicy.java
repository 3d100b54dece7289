package io.parley.context;

import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends the newest messages within a number of tokens: {@code {"policy":"token-budget","maxTokens":8000}}. */
@ApplicationScoped
class TokenBudgetPolicy implements ContextPolicy {
    private static final String MAX_TOKENS = "maxTokens";

    @Override
    public String name() {
        return "token-budget";
    }

    @Override
    public List<Violation> violations(Map<String, ? extends @Nullable Object> parameters) {
        return Parameters.violations(parameters, List.of(MAX_TOKENS), List.of());
    }

    @Override
    public Demand demand(Map<String, Object> parameters) {
        Demand demand = Demand.NOTHING.withTrimTo(Parameters.trimTo(parameters));
        return parameters.get(MAX_TOKENS) instanceof Number most ? demand.withCeiling(most.longValue()) : demand;
    }
}

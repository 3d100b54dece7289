package io.parley.context;

import io.parley.conversation.ReadPlan;
import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** Sends the newest exchanges until a number of tokens is reached: {@code {"policy":"token-budget","maxTokens":8000}}. */
@ApplicationScoped
class TokenBudgetPolicy implements ContextPolicy {
    private static final String MAX_TOKENS = "maxTokens";

    @Override
    public String name() {
        return "token-budget";
    }

    @Override
    public List<Violation> violations(Map<String, Object> parameters) {
        List<Violation> unknown = Parameters.unknown(parameters, MAX_TOKENS);
        return unknown.isEmpty() ? Parameters.positiveInteger(parameters, MAX_TOKENS) : unknown;
    }

    @Override
    public ReadPlan plan(Map<String, Object> parameters, long budget) {
        return new ReadPlan(0, 0, ceiling(parameters, budget));
    }

    @Override
    public int keep(List<ExchangeSize> exchanges, Map<String, Object> parameters, long budget) {
        return Budgets.newestWithin(exchanges, ceiling(parameters, budget));
    }

    private static long ceiling(Map<String, Object> parameters, long budget) {
        return parameters.get(MAX_TOKENS) instanceof Number max ? Math.min(max.longValue(), budget) : budget;
    }
}

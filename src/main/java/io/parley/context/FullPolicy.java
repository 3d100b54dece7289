package io.parley.context;

import io.parley.conversation.ReadPlan;
import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** Sends everything until the model's window is reached, then as much as fits. */
@ApplicationScoped
class FullPolicy implements ContextPolicy {

    @Override
    public String name() {
        return "full";
    }

    @Override
    public List<Violation> violations(Map<String, Object> parameters) {
        return Parameters.unknown(parameters);
    }

    @Override
    public ReadPlan plan(Map<String, Object> parameters, long budget) {
        return new ReadPlan(0, 0, budget);
    }

    @Override
    public int keep(List<ExchangeSize> exchanges, Map<String, Object> parameters, long budget) {
        return Budgets.newestWithin(exchanges, budget);
    }
}

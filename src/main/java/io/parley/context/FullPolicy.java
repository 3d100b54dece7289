package io.parley.context;

import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends everything until the model's window is reached; from then on as {@link TokenBudgetPolicy} does. */
@ApplicationScoped
class FullPolicy implements ContextPolicy {

    @Override
    public String name() {
        return "full";
    }

    @Override
    public List<Violation> violations(Map<String, ? extends @Nullable Object> parameters) {
        return Parameters.violations(parameters, List.of(), List.of());
    }

    @Override
    public Demand demand(Map<String, Object> parameters) {
        return Demand.NOTHING.withUntilFull().withTrimTo(Parameters.trimTo(parameters));
    }
}

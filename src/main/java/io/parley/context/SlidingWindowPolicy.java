package io.parley.context;

import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the newest messages at each cut: {@code {"policy":"sliding-window","maxMessages":20}}. */
@ApplicationScoped
class SlidingWindowPolicy implements ContextPolicy {
    private static final String MAX_MESSAGES = "maxMessages";
    private static final int DEFAULT = 20;

    @Override
    public String name() {
        return "sliding-window";
    }

    @Override
    public List<Violation> violations(Map<String, ? extends @Nullable Object> parameters) {
        return Parameters.violations(parameters, List.of(MAX_MESSAGES), List.of());
    }

    @Override
    public Demand demand(Map<String, Object> parameters) {
        return Demand.NOTHING.withWindow(Parameters.integer(parameters, MAX_MESSAGES, DEFAULT))
                .withTrimTo(Parameters.trimTo(parameters));
    }
}

package io.parley.context;

import io.parley.context.Demand.RecallDemand;
import io.parley.conversation.Violation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings back the older turns that are most like the input: {@code {"policy":"retrieve","keepRecent":10,"topK":6}}. */
@ApplicationScoped
class RetrievePolicy implements ContextPolicy {
    private static final String KEEP_RECENT = "keepRecent";
    private static final String TOP_K = "topK";
    private static final int DEFAULT_KEEP = 10;
    private static final int DEFAULT_K = 6;
    private static final int MOST = 50;

    @Override
    public String name() {
        return "retrieve";
    }

    @Override
    public List<Violation> violations(Map<String, ? extends @Nullable Object> parameters) {
        List<Violation> violations = new ArrayList<>(
                Parameters.violations(parameters, List.of(KEEP_RECENT, TOP_K), List.of()));
        if (violations.isEmpty() && Parameters.integer(parameters, TOP_K, DEFAULT_K) > MOST) {
            violations.add(new Violation("/" + TOP_K, "must be at most " + MOST));
        }
        return violations;
    }

    @Override
    public Demand demand(Map<String, Object> parameters) {
        return Demand.NOTHING.withKeep(Parameters.integer(parameters, KEEP_RECENT, DEFAULT_KEEP))
                .withTrimTo(Parameters.trimTo(parameters))
                .withRecall(new RecallDemand(Parameters.integer(parameters, TOP_K, DEFAULT_K)));
    }
}

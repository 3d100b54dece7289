package io.parley.context;

import io.parley.context.Demand.SummaryDemand;
import io.parley.conversation.Violation;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Older turns become a rolling summary: {@code {"policy":"summarise","keepRecent":10,"model":"claude-haiku-4-5"}}. */
@ApplicationScoped
class SummarisePolicy implements ContextPolicy {
    private static final String KEEP_RECENT = "keepRecent";
    private static final String MODEL = "model";
    private static final int DEFAULT = 10;
    private final ModelCatalogue catalogue;

    SummarisePolicy(ModelCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public String name() {
        return "summarise";
    }

    @Override
    public List<Violation> violations(Map<String, ? extends @Nullable Object> parameters) {
        List<Violation> violations = new ArrayList<>(
                Parameters.violations(parameters, List.of(KEEP_RECENT), List.of(MODEL)));
        if (parameters.get(MODEL) instanceof String name && !name.isEmpty()) {
            Optional<Model> model = catalogue.find(name);
            if (model.isEmpty() || !catalogue.isConfigured(model.get())) {
                violations.add(new Violation("/" + MODEL,
                        "must be a model that GET /api/v1/models lists as configured"));
            }
        }
        return violations;
    }

    @Override
    public Demand demand(Map<String, Object> parameters) {
        String model = parameters.get(MODEL) instanceof String name ? name : null;
        return Demand.NOTHING.withKeep(Parameters.integer(parameters, KEEP_RECENT, DEFAULT))
                .withTrimTo(Parameters.trimTo(parameters)).withSummary(new SummaryDemand(model));
    }
}

package io.parley.turn;

import io.parley.context.Contexts;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Violation;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.session.SettingsRules;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What settings and requests mean for turns: which models and policies there are, and what they need. */
@ApplicationScoped
public class TurnRules implements SettingsRules {
    private final ModelCatalogue catalogue;
    private final Contexts contexts;

    TurnRules(ModelCatalogue catalogue, Contexts contexts) {
        this.catalogue = catalogue;
        this.contexts = contexts;
    }

    @Override
    public List<Violation> violations(SessionSettings settings) {
        List<Violation> violations = new ArrayList<>(modelViolations("/model", settings.model()));
        for (int i = 0; i < settings.fallbacks().size(); i++) {
            violations.addAll(modelViolations("/fallbacks/" + i, settings.fallbacks().get(i)));
        }
        violations.addAll(contextViolations(settings.context()));
        return violations;
    }

    /** Refuses a request whose own choices break rules. */
    void check(TurnOptions options) {
        List<Violation> violations = violations(options);
        if (!violations.isEmpty()) {
            throw new Failure.Invalid(violations);
        }
    }

    private List<Violation> violations(TurnOptions options) {
        List<Violation> violations = new ArrayList<>(modelViolations("/model", options.model()));
        if (options.context() != null) {
            violations.addAll(contextViolations(options.context()));
        }
        return violations;
    }

    private List<Violation> modelViolations(String pointer, @Nullable String name) {
        if (name == null) {
            return List.of();
        }
        Optional<Model> model = catalogue.find(name);
        if (model.isEmpty()) {
            return List.of(new Violation(pointer, "must be one of the models that GET /api/v1/models lists"));
        }
        return catalogue.isConfigured(model.get()) ? List.of()
                : List.of(new Violation(pointer, "cannot be called, because no API key is configured for its provider, "
                        + model.get().provider()));
    }

    private List<Violation> contextViolations(List<ContextSpec> specs) {
        return contexts.violations(specs).stream()
                .map(violation -> new Violation("/context" + violation.pointer(), violation.detail()))
                .toList();
    }

    @Override
    public ReadPlan plan(SessionSettings settings) {
        return contexts.plan(model(settings.model()), settings.context(), settings.generation());
    }

    /** What a turn reads that brings policies of its own; null where the session's stored plan will do. */
    @Nullable
    ReadPlan plan(TurnOptions options) {
        return options.context() == null ? null
                : contexts.plan(model(options.model()), options.context(), options.generation());
    }

    @Override
    public Uni<TokenCount> count(@Nullable String model, List<Content> content) {
        return contexts.count(model(model), content);
    }

    /** The models that stand in for another one, those that cannot be called any more left out. */
    List<Model> fallbacks(SessionSettings settings) {
        return settings.fallbacks().stream().flatMap(name -> catalogue.find(name).stream()).filter(catalogue::isConfigured)
                .toList();
    }

    /** The model by this name, or the default one where there is none any more. */
    public Model model(@Nullable String name) {
        return Optional.ofNullable(name).flatMap(catalogue::find).orElseGet(catalogue::defaultModel);
    }
}

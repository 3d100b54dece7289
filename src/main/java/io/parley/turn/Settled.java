package io.parley.turn;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.SessionSettings;
import io.parley.provider.Model;
import java.util.List;

/**
 * What a request and the settings of its session come to.
 *
 * @param usual the session's own model
 * @param specs the policies; empty: the deployment's
 * @param ownPolicies whether the policies are the session's own
 * @param namesPolicies whether the request names policies, the session's own or not: it then did not follow the stored plan
 */
record Settled(Model model, Model usual, List<ContextSpec> specs, Generation generation, boolean ownPolicies,
        boolean namesPolicies) {
    Settled { specs = List.copyOf(specs); }

    static Settled of(TurnRules rules, SessionSettings settings, TurnOptions options) {
        return of(rules, settings, settings.context(), options);
    }

    /** With other policies in the place of the session's. */
    static Settled of(TurnRules rules, SessionSettings settings, List<ContextSpec> ofSession, TurnOptions options) {
        Model usual = rules.model(settings.model());
        Model model = options.model() != null ? rules.model(options.model()) : usual;
        List<ContextSpec> specs = options.context() != null ? options.context() : ofSession;
        return new Settled(model, usual, specs, options.generation().orElse(settings.generation()), specs.equals(ofSession),
                options.context() != null);
    }

    /** The same with another model. */
    Settled with(Model other) {
        return new Settled(other, usual, specs, generation, ownPolicies, namesPolicies);
    }

    /** Whether model and policies are the session's own, so that the next turn goes on from what this one sends. */
    boolean ofSession() {
        return ownPolicies && model.name().equals(usual.name());
    }
}

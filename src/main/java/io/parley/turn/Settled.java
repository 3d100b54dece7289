package io.parley.turn;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.SessionSettings;
import io.parley.provider.Model;
import java.util.List;

/**
 * What a request and the settings of its session come to.
 *
 * @param specs the policies; empty: the deployment's
 * @param ofSession whether model and policies are the session's own, so that the next turn goes on from what this one sends
 * @param namesPolicies whether the request names policies, the session's own or not: it then did not follow the stored plan
 */
record Settled(Model model, List<ContextSpec> specs, Generation generation, boolean ofSession, boolean namesPolicies) {
    Settled { specs = List.copyOf(specs); }

    static Settled of(TurnRules rules, SessionSettings settings, TurnRequest request) {
        return of(rules, settings, settings.context(), request);
    }

    /** With other policies in the place of the session's. */
    static Settled of(TurnRules rules, SessionSettings settings, List<ContextSpec> ofSession, TurnRequest request) {
        Model usual = rules.model(settings.model());
        Model model = request.model() != null ? rules.model(request.model()) : usual;
        List<ContextSpec> specs = request.context() != null ? request.context() : ofSession;
        return new Settled(model, specs, request.generation().orElse(settings.generation()),
                model.name().equals(usual.name()) && specs.equals(ofSession), request.context() != null);
    }
}

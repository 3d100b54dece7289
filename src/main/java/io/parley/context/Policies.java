package io.parley.context;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Violation;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The policies there are, those of the deployment, and what several of them ask for together. */
@Startup
@Singleton
class Policies {
    private static final JsonMapper JSON = new JsonMapper();
    private final List<ContextPolicy> policies;
    private final List<ContextSpec> ofDeployment;

    /** @throws ConfigurationException if {@code parley.context.policy} cannot be understood */
    Policies(@All List<ContextPolicy> policies, ContextConfig config) {
        this.policies = List.copyOf(policies);
        this.ofDeployment = parse(config.policy());
        violations(ofDeployment).stream().findFirst().ifPresent(violation -> {
            throw wrong(violation.pointer() + " " + violation.detail());
        });
    }

    private static ConfigurationException wrong(String what) {
        return new ConfigurationException("parley.context.policy: " + what);
    }

    private static List<ContextSpec> parse(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            List<ContextSpec> specs = new ArrayList<>();
            for (JsonNode spec : root.isArray() ? root : List.of(root)) {
                specs.add(spec(spec));
            }
            return specs;
        } catch (JsonProcessingException e) {
            throw wrong("must be JSON such as {\"policy\":\"token-budget\"}");
        }
    }

    private static ContextSpec spec(JsonNode json) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        json.properties().forEach(field -> {
            if (!field.getKey().equals("policy")) {
                JsonNode value = field.getValue();
                parameters.put(field.getKey(), value.isNumber() ? (Object) value.numberValue() : value.asText());
            }
        });
        return new ContextSpec(json.path("policy").asText(), parameters);
    }

    /** Which rules the policies break; pointers are relative to the list, e.g. {@code /0/maxTokens}. */
    List<Violation> violations(List<ContextSpec> specs) {
        List<Violation> violations = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (int i = 0; i < specs.size(); i++) {
            violations.addAll(violations("/" + i, specs.get(i)));
            if (!named.add(specs.get(i).policy())) {
                violations.add(new Violation("/" + i + "/policy", "must not name a policy that the list already has"));
            }
        }
        return violations;
    }

    private List<Violation> violations(String pointer, ContextSpec spec) {
        Optional<ContextPolicy> policy = find(spec.policy());
        if (policy.isEmpty()) {
            String known = String.join(", ", policies.stream().map(ContextPolicy::name).sorted().toList());
            return List.of(new Violation(pointer + "/policy", "must be one of " + known));
        }
        Map<String, @Nullable Object> named = new HashMap<>(spec.parameters());
        // A name is checked even if its value is null, so that a mistyped name is never taken in silence.
        spec.unset().forEach(name -> named.put(name, null));
        return policy.get().violations(named).stream()
                .map(violation -> new Violation(pointer + violation.pointer(), violation.detail()))
                .toList();
    }

    /** Those in force: the given ones, or the deployment's where there are none. */
    List<ContextSpec> inForce(List<ContextSpec> specs) {
        return specs.isEmpty() ? ofDeployment : specs;
    }

    /**
     * Policies taken together.
     *
     * @param name for people: {@code summarise+retrieve}
     * @param print equal for equal policies with equal parameters
     */
    record Policy(String name, Demand demand, String print) {}

    /** What the policies in force come to. */
    Policy together(List<ContextSpec> specs) {
        return new Policy(name(specs), demand(specs), print(specs));
    }

    /** Tells them from others, also from those that the deployment had before. */
    String print(List<ContextSpec> specs) {
        return Fingerprint.of(inForce(specs).stream().map(spec -> spec.policy() + new TreeMap<>(spec.parameters()))
                .collect(Collectors.joining()));
    }

    /** What the policies ask for together. A policy that this version does not know asks for nothing. */
    Demand demand(List<ContextSpec> specs) {
        return inForce(specs).stream()
                .flatMap(spec -> find(spec.policy()).map(policy -> policy.demand(spec.parameters())).stream())
                .reduce(Demand::and)
                .orElse(Demand.NOTHING);
    }

    String name(List<ContextSpec> specs) {
        return inForce(specs).stream().map(ContextSpec::policy).collect(Collectors.joining("+"));
    }

    private Optional<ContextPolicy> find(String name) {
        return policies.stream().filter(policy -> policy.name().equals(name)).findFirst();
    }
}

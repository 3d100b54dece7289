package io.parley.conversation;

import java.util.Map;
import java.util.Set;

/**
 * A context policy by name with its parameters, as written in {@code {"policy":"token-budget","maxTokens":8000}}.
 *
 * @param parameters everything beside the name; values are {@link Number}, {@link String} or {@link Boolean}
 * @param unset names that a request gives with the value null, which means the default. They are checked and not stored
 */
public record ContextSpec(String policy, Map<String, Object> parameters, Set<String> unset) {
    public ContextSpec {
        parameters = Map.copyOf(parameters);
        unset = Set.copyOf(unset);
    }

    /** Creates a policy without names whose value is null. */
    public ContextSpec(String policy, Map<String, Object> parameters) {
        this(policy, parameters, Set.of());
    }
}

package io.parley.conversation;

import java.util.Map;

/**
 * A context policy by name with its parameters, as written in {@code {"policy":"token-budget","maxTokens":8000}}.
 *
 * @param parameters everything beside the name; values are {@link Number}, {@link String} or {@link Boolean}
 */
public record ContextSpec(String policy, Map<String, Object> parameters) {
    public ContextSpec { parameters = Map.copyOf(parameters); }
}

package io.parley.context;

import io.parley.conversation.Violation;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the parameters of context policies. */
final class Parameters {
    private Parameters() {
    }

    /** Those that the policy does not have. */
    static List<Violation> unknown(Map<String, Object> parameters, String... known) {
        Set<String> names = Set.of(known);
        return parameters.keySet().stream().filter(name -> !names.contains(name)).sorted()
                .map(name -> new Violation("/" + name, "This policy has no such parameter."))
                .toList();
    }

    /** Whether a parameter, if given, is a whole number from 1 on. */
    static List<Violation> positiveInteger(Map<String, Object> parameters, String name) {
        Object value = parameters.get(name);
        boolean good = value == null || (value instanceof Number number && number.doubleValue() == number.intValue()
                && number.intValue() > 0);
        return good ? List.of() : List.of(new Violation("/" + name, "Must be a whole number from 1 on."));
    }
}

package io.parley.context;

import io.parley.conversation.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks and reads the parameters of context policies. */
final class Parameters {
    static final String TRIM_TO = "trimTo";
    private static final double LEAST_TRIM_TO = 0.05;

    private Parameters() {
    }

    /** What is wrong with parameters of which all but {@link #TRIM_TO} and {@code texts} are whole numbers from 1 on. */
    static List<Violation> violations(Map<String, ? extends @Nullable Object> parameters, List<String> numbers,
            List<String> texts) {
        List<Violation> violations = new ArrayList<>(unknown(parameters, numbers, texts));
        numbers.forEach(name -> violations.addAll(positiveInteger(parameters, name)));
        texts.forEach(name -> violations.addAll(text(parameters, name)));
        Object ratio = parameters.get(TRIM_TO);
        if (ratio != null && !(ratio instanceof Number number && number.doubleValue() >= LEAST_TRIM_TO
                && number.doubleValue() <= 1)) {
            violations.add(new Violation("/" + TRIM_TO, "must be a number from " + LEAST_TRIM_TO + " to 1"));
        }
        return violations;
    }

    private static List<Violation> unknown(Map<String, ? extends @Nullable Object> parameters, List<String> numbers,
            List<String> texts) {
        Set<String> known = Set.copyOf(numbers);
        return parameters.keySet().stream()
                .filter(name -> !known.contains(name) && !texts.contains(name) && !name.equals(TRIM_TO)).sorted()
                .map(name -> new Violation("/" + name, "is not a parameter of this policy"))
                .toList();
    }

    private static List<Violation> positiveInteger(Map<String, ? extends @Nullable Object> parameters, String name) {
        Object value = parameters.get(name);
        boolean good = value == null || (value instanceof Number number && number.doubleValue() == number.intValue()
                && number.intValue() > 0);
        return good ? List.of() : List.of(new Violation("/" + name, "must be a whole number of 1 or more"));
    }

    private static List<Violation> text(Map<String, ? extends @Nullable Object> parameters, String name) {
        Object value = parameters.get(name);
        return value == null || (value instanceof String text && !text.isEmpty()) ? List.of()
                : List.of(new Violation("/" + name, "must be a string that is not empty"));
    }

    static int integer(Map<String, ? extends @Nullable Object> parameters, String name, int otherwise) {
        return parameters.get(name) instanceof Number number ? number.intValue() : otherwise;
    }

    static OptionalDouble trimTo(Map<String, ? extends @Nullable Object> parameters) {
        return parameters.get(TRIM_TO) instanceof Number ratio ? OptionalDouble.of(ratio.doubleValue())
                : OptionalDouble.empty();
    }
}

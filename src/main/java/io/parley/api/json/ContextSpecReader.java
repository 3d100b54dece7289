package io.parley.api.json;

import io.parley.conversation.ContextSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a context policy or a list of them. Which policies and parameters there are is not the API's to know. */
final class ContextSpecReader {
    private static final int MOST_POLICIES = 8;
    private static final int MOST_PARAMETERS = 16;
    private static final int LONGEST_TEXT = 200;

    private ContextSpecReader() {
    }

    static @Nullable List<ContextSpec> read(@Nullable Value value) {
        if (value == null) {
            return null;
        }
        if (value.json() instanceof JsonValue.Members) {
            return List.of(spec(value));
        }
        if (!(value.json() instanceof JsonValue.Elements)) {
            return value.wrong("must be a policy object or a list of them, not " + value.json().kind());
        }
        List<Value> elements = value.elements(MOST_POLICIES);
        return elements == null ? null : elements.stream().map(ContextSpecReader::spec).toList();
    }

    private static ContextSpec spec(Value value) {
        Fields fields = value.fields();
        String policy = fields.requiredText("policy", LONGEST_TEXT);
        if (fields.names().size() > MOST_PARAMETERS) {
            value.wrong("must have at most " + MOST_PARAMETERS + " members");
            return new ContextSpec(policy, Map.of());
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        Set<String> unset = new LinkedHashSet<>();
        for (String name : new ArrayList<>(fields.names())) {
            if (!"policy".equals(name)) {
                Value given = fields.find(name);
                Object parameter = given == null ? null : parameter(given);
                if (parameter != null) {
                    parameters.put(name, parameter);
                } else {
                    unset.add(name);
                }
            }
        }
        return new ContextSpec(policy, parameters, unset);
    }

    private static @Nullable Object parameter(Value value) {
        return switch (value.json()) {
            case JsonValue.Text _ -> value.text(LONGEST_TEXT);
            case JsonValue.Truth truth -> truth.value();
            case JsonValue.Number _ -> number(value);
            case JsonValue.Members _,JsonValue.Elements _,JsonValue.Null _ ->
                value.wrong("must be a number, a string or a boolean, not " + value.json().kind());
        };
    }

    private static @Nullable Object number(Value value) {
        BigDecimal number = value.decimal();
        if (number == null) {
            return null;
        }
        boolean isLong = number.stripTrailingZeros().scale() <= 0 && number.precision() - number.scale() < 19;
        if (isLong) {
            return number.longValueExact();
        }
        return number.doubleValue();
    }
}

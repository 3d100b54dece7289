package io.parley.store;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The names of an enum at rest, declared by hand so that renaming a constant in the code changes nothing that is stored. */
final class Names<E extends Enum<E>> {
    private final Map<E, String> names;
    private final Map<String, E> values = new HashMap<>();

    private Names(Class<E> type, Map<E, String> names) {
        this.names = new EnumMap<>(names);
        this.names.forEach((value, name) -> values.put(name, value));
        if (values.size() != type.getEnumConstants().length) {
            throw new IllegalStateException("each " + type.getSimpleName() + " needs a stored name of its own");
        }
    }

    static <E extends Enum<E>> Names<E> of(Class<E> type, Map<E, String> names) {
        return new Names<>(type, names);
    }

    String name(E value) {
        return Objects.requireNonNull(names.get(value));
    }

    @Nullable
    String nameOrNull(@Nullable E value) {
        return value == null ? null : name(value);
    }

    /** The value of a stored name; {@code otherwise} for null and for a name that a later version has written. */
    E value(@Nullable String name, E otherwise) {
        return name == null ? otherwise : values.getOrDefault(name, otherwise);
    }

    /** The value of a stored name, or null. */
    @Nullable
    E valueOrNull(@Nullable String name) {
        return name == null ? null : values.get(name);
    }
}

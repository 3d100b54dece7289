package io.parley.api.json;

import io.parley.conversation.RawJson;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object of a request while they are read. A member that is missing or {@code null} reads as null; one
 * that is wrong too, and is noted. What nobody has read when {@link #refuseOthers} is called is unknown.
 */
public final class Fields {
    private final Value object;
    private final Map<String, JsonValue> members;
    private final boolean readable;
    private final Set<String> read = new HashSet<>();

    Fields(Value object, Map<String, JsonValue> members) {
        this(object, members, true);
    }

    private Fields(Value object, Map<String, JsonValue> members, boolean readable) {
        this.object = object;
        this.members = members;
        this.readable = readable;
    }

    /** Of something that is no object, which has been noted: nothing more is to be complained about. */
    static Fields unreadable(Value value) {
        return new Fields(value, Map.of(), false);
    }

    /** A member, null if it is missing or {@code null}. */
    public @Nullable Value find(String name) {
        read.add(name);
        JsonValue json = members.get(name);
        return json == null || json instanceof JsonValue.Null ? null
                : new Value(object.text(), json, Pointer.child(object.pointer(), name), object.violations());
    }

    /** A member that must be there. */
    public @Nullable Value require(String name) {
        Value value = find(name);
        if (value == null && readable) {
            object.violations().add(Pointer.child(object.pointer(), name), "is required");
        }
        return value;
    }

    /** Names as {@link Value#text}. */
    public @Nullable String text(String name, int maxLength) {
        Value value = find(name);
        return value == null ? null : value.text(maxLength);
    }

    /** A string that must be there and not be empty; the empty string where it is not, which is noted. */
    public String requiredText(String name, int maxLength) {
        Value value = require(name);
        String text = value == null ? null : value.text(maxLength);
        if (value != null && text != null && text.isEmpty()) {
            value.wrong("must not be empty");
        }
        return text == null ? "" : text;
    }

    /** Names as {@link Value#integer}. */
    public @Nullable Integer integer(String name, int min, int max) {
        Value value = find(name);
        return value == null ? null : value.integer(min, max);
    }

    /** Names as {@link Value#number}. */
    public @Nullable Double number(String name, int min, int max) {
        Value value = find(name);
        return value == null ? null : value.number(min, max);
    }

    /** A boolean, false if missing. */
    public boolean truth(String name) {
        Value value = find(name);
        return value != null && Boolean.TRUE.equals(value.truth());
    }

    /** Names as {@link Value#choice}. */
    public <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
        Value value = find(name);
        return value == null ? null : value.choice(type);
    }

    /** Names as {@link Value#texts}. */
    public @Nullable List<String> texts(String name, int most, int maxLength) {
        Value value = find(name);
        return value == null ? null : value.texts(most, maxLength);
    }

    /** An object as it was written, {@code {}} if missing. */
    public RawJson object(String name, long maxBytes) {
        Value value = find(name);
        RawJson raw = value == null ? null : value.object(maxBytes);
        return raw == null ? RawJson.EMPTY_OBJECT : raw;
    }

    /** The names of all members. */
    public Set<String> names() {
        return members.keySet();
    }

    /** Notes every member that has not been read. */
    public void refuseOthers() {
        for (String name : members.keySet()) {
            if (!read.contains(name)) {
                object.violations().add(Pointer.child(object.pointer(), name), "is not a known field");
            }
        }
    }
}

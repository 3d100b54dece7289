package io.parley.api.json;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.RawJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One value of a request while it is read. Each reading method gives null, and notes a violation, where the value is not
 * what it should be.
 *
 * @param text the request that it is part of
 * @param pointer where it stands
 */
public record Value(JsonText text, JsonValue json, String pointer, Violations violations) {
    /** Digits that a number of a request may have; the exponent is checked apart. */
    private static final int LONGEST_NUMBER = 40;
    private static final int LARGEST_EXPONENT = 400;

    /** The whole of a request. */
    public static Value of(JsonText text, Violations violations) {
        return new Value(text, text.root(), "", violations);
    }

    /** Reads a string with at most this number of characters. Like JSON Schema, it counts code points. */
    public @Nullable String text(int maxLength) {
        if (!(json instanceof JsonValue.Text(String value, int _, int _))) {
            return wrong("must be a string, not " + json.kind());
        }
        return isLongerThan(value, maxLength) ? wrong("must be at most " + maxLength + " characters long") : value;
    }

    private static boolean isLongerThan(String text, int maxLength) {
        return text.length() > maxLength && text.codePointCount(0, text.length()) > maxLength;
    }

    /** An integer of a range. */
    public @Nullable Integer integer(int min, int max) {
        BigDecimal number = decimal();
        if (number == null) {
            return null;
        }
        if (number.stripTrailingZeros().scale() > 0 || isOutside(number, min, max)) {
            return wrong("must be an integer from " + min + " to " + max);
        }
        return number.intValueExact();
    }

    /** A number of a range. */
    public @Nullable Double number(int min, int max) {
        BigDecimal number = decimal();
        if (number == null) {
            return null;
        }
        return isOutside(number, min, max) ? wrong("must be a number from " + min + " to " + max) : number.doubleValue();
    }

    /** {@code true} or {@code false}. */
    public @Nullable Boolean truth() {
        return json instanceof JsonValue.Truth(boolean value, int _, int _) ? value
                : wrong("must be true or false, not " + json.kind());
    }

    /** One of the constants of an enum. */
    public <E extends Enum<E>> @Nullable E choice(Class<E> type) {
        String name = text(100);
        if (name == null) {
            return null;
        }
        return Names.find(type, name).orElseGet(() -> wrong("must be one of " + Names.all(type)));
    }

    /** The elements of an array of at most so many. */
    public @Nullable List<Value> elements(int most) {
        if (!(json instanceof JsonValue.Elements(List<JsonValue> items, int _, int _))) {
            return wrong("must be an array, not " + json.kind());
        }
        if (items.size() > most) {
            return wrong("must have at most " + most + " elements");
        }
        List<Value> values = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            values.add(new Value(text, items.get(i), Pointer.child(pointer, i), violations));
        }
        return values;
    }

    /** An array of strings. */
    public @Nullable List<String> texts(int most, int maxLength) {
        List<Value> elements = elements(most);
        if (elements == null) {
            return null;
        }
        List<String> texts = new ArrayList<>(elements.size());
        for (Value element : elements) {
            String each = element.text(maxLength);
            if (each != null && each.isEmpty()) {
                element.wrong("must not be empty");
            }
            texts.add(each == null ? "" : each);
        }
        return texts;
    }

    /** The members of an object; none if it is not one. */
    public Fields fields() {
        if (json instanceof JsonValue.Members(var members, int _, int _)) {
            return new Fields(this, members);
        }
        wrong("must be an object, not " + json.kind());
        return Fields.unreadable(this);
    }

    /** An object as it was written, of at most so many bytes. */
    public @Nullable RawJson object(long maxBytes) {
        if (!(json instanceof JsonValue.Members)) {
            return wrong("must be an object, not " + json.kind());
        }
        return raw(maxBytes);
    }

    /** Any value as it was written, of at most so many bytes. */
    public @Nullable RawJson raw(long maxBytes) {
        String raw = text.raw(json);
        if (Unicode.utf8Length(raw) > maxBytes) {
            return tooLarge("must be at most " + maxBytes + " bytes long");
        }
        return new RawJson(raw);
    }

    /** Notes a broken rule. */
    @CanIgnoreReturnValue
    public <T> @Nullable T wrong(String detail) {
        violations.add(pointer, detail);
        return null;
    }

    /** Notes that it is too large. */
    @CanIgnoreReturnValue
    public <T> @Nullable T tooLarge(String detail) {
        violations.addTooLarge(pointer, detail);
        return null;
    }

    /** A number in full precision, unless it is absurdly long or large. */
    @Nullable
    BigDecimal decimal() {
        if (!(json instanceof JsonValue.Number(String digits, int _, int _))) {
            return wrong("must be a number, not " + json.kind());
        }
        if (digits.length() > LONGEST_NUMBER) {
            return wrong("must be a number of at most " + LONGEST_NUMBER + " characters");
        }
        try {
            BigDecimal number = new BigDecimal(digits);
            long magnitude = (long) number.precision() - number.scale();
            return Math.abs(magnitude) > LARGEST_EXPONENT ? wrong("is a number out of range") : number;
        } catch (NumberFormatException _) {
            return wrong("is a number out of range");
        }
    }

    private static boolean isOutside(BigDecimal number, int min, int max) {
        return number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0;
    }
}

package io.parley.api.json;

import java.util.List;
import java.util.Map;

/** A value of a JSON text with its place in that text, so that any part can be kept as it was written. */
public sealed interface JsonValue {

    /** Index of its first character. */
    int start();

    /** Index after its last character. */
    int end();

    /** An object; its members in the order of the text. */
    record Members(Map<String, JsonValue> fields, int start, int end) implements JsonValue {}

    /** An array. */
    record Elements(List<JsonValue> items, int start, int end) implements JsonValue {}

    /** A string, unescaped; it holds no lone surrogate. */
    record Text(String value, int start, int end) implements JsonValue {}

    /** A number as it was written: it may be too large for any Java type. */
    record Number(String digits, int start, int end) implements JsonValue {}

    /** {@code true} or {@code false}. */
    record Truth(boolean value, int start, int end) implements JsonValue {}

    /** {@code null}. */
    record Null(int start, int end) implements JsonValue {}

    /** What it is, for a sentence: {@code must be a string, not <this>}. */
    default String kind() {
        return switch (this) {
            case Members _ -> "an object";
            case Elements _ -> "an array";
            case Text _ -> "a string";
            case Number _ -> "a number";
            case Truth _ -> "a boolean";
            case Null _ -> "null";
        };
    }
}

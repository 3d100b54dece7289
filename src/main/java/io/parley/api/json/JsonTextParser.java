package io.parley.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text into {@link JsonValue}s. Jackson knows the grammar; what it lets pass (duplicate members, trailing
 * garbage, lone surrogates) and what it cannot name a place for (depth) is checked here.
 */
final class JsonTextParser {
    private static final int LONGEST_NAME = 1_000;
    // Strings are as long as the body lets them be; depth and number of values are counted here.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(LONGEST_NAME)
                    .build())
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .build();
    private final String source;
    private final int maxDepth;
    private final int maxValues;
    private int values;

    JsonTextParser(String source, int maxDepth, int maxValues) {
        this.source = source;
        this.maxDepth = maxDepth;
        this.maxValues = maxValues;
    }

    JsonValue parse() {
        try (JsonParser parser = FACTORY.createParser(source)) {
            return document(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonValue document(JsonParser parser) throws IOException {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw Malformed.at("", "is empty: send a JSON value");
            }
            JsonValue root = value(parser, first, "", 1);
            if (parser.nextToken() != null) {
                throw Malformed.at("", "has more text after the JSON value");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw Malformed.at(pointer(parser), "is not valid JSON" + place(e));
        }
    }

    private JsonValue value(JsonParser parser, @Nullable JsonToken token, String at, int depth) throws IOException {
        if (token == null) {
            throw Malformed.at(at, "is not complete: the JSON ends too early");
        }
        if (++values > maxValues) {
            throw Malformed.tooLarge(at, "is one value too many: a body may hold at most " + maxValues + " JSON values");
        }
        int start = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
        return switch (token) {
            case START_OBJECT -> members(parser, at, start, deeper(at, depth));
            case START_ARRAY -> elements(parser, at, start, deeper(at, depth));
            case VALUE_STRING -> text(parser, at, start);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser, start);
            case VALUE_TRUE -> new JsonValue.Truth(true, start, start + 4);
            case VALUE_FALSE -> new JsonValue.Truth(false, start, start + 5);
            case VALUE_NULL -> new JsonValue.Null(start, start + 4);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw Malformed.at(at, "is not valid JSON");
        };
    }

    private JsonValue members(JsonParser parser, String at, int start, int depth) throws IOException {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String child = Pointer.child(at, name);
            if (fields.containsKey(name)) {
                throw Malformed.at(child, "appears twice in one object");
            }
            refuseLoneSurrogates(name, child);
            fields.put(name, value(parser, parser.nextToken(), child, depth));
        }
        return new JsonValue.Members(fields, start, endOf(parser));
    }

    private JsonValue elements(JsonParser parser, String at, int start, int depth) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token, Pointer.child(at, items.size()), depth));
        }
        return new JsonValue.Elements(items, start, endOf(parser));
    }

    private static JsonValue text(JsonParser parser, String at, int start) throws IOException {
        String text = parser.getText();
        refuseLoneSurrogates(text, at);
        // Jackson reads a string only when it is asked for: now it stands behind the closing quote.
        return new JsonValue.Text(text, start, Math.toIntExact(parser.currentLocation().getCharOffset()));
    }

    private static JsonValue number(JsonParser parser, int start) throws IOException {
        String digits = parser.getText();
        return new JsonValue.Number(digits, start, start + digits.length());
    }

    private int deeper(String at, int depth) {
        if (depth > maxDepth) {
            throw Malformed.at(at, "is nested deeper than " + maxDepth + " levels");
        }
        return depth + 1;
    }

    private static int endOf(JsonParser parser) {
        return Math.toIntExact(parser.currentTokenLocation().getCharOffset()) + 1;
    }

    private static void refuseLoneSurrogates(String text, String at) {
        if (!Unicode.isWellFormed(text)) {
            throw Malformed.at(at, "has half of a surrogate pair, which is not a character");
        }
    }

    /** Where Jackson stood: it reads a member's value together with its name, so it knows better than we do. */
    private static String pointer(JsonParser parser) {
        String pointer = "";
        for (JsonStreamContext each = parser.getParsingContext(); each.getParent() != null; each = each.getParent()) {
            JsonStreamContext parent = each.getParent();
            pointer = (parent.inArray() ? "/" + parent.getCurrentIndex() : name(parent)) + pointer;
        }
        JsonStreamContext last = parser.getParsingContext();
        return pointer + (last.inArray() && last.hasCurrentIndex() ? "/" + last.getCurrentIndex() : name(last));
    }

    private static String name(JsonStreamContext object) {
        return object.inObject() && object.hasCurrentName() ? Pointer.child("", object.getCurrentName()) : "";
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null ? ""
                : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
    }
}

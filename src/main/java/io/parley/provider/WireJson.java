package io.parley.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads what providers send, trusting nothing in it. Numbers keep their digits, so that what is resent is what came. */
public final class WireJson {
    /** Reads and writes wire formats. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(
            JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectReader LENIENT = MAPPER.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .with(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS);

    private WireJson() {
    }

    /** One JSON value; missing if the text is not one. */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * Reads one JSON value in UTF-8, as servers write it. Bytes that are no character become U+FFFD. NaN, Infinity and control
     * characters are accepted too. The result is a missing node if the bytes are not one value.
     */
    public static JsonNode parse(byte[] utf8) {
        try {
            return LENIENT.readTree(utf8);
        } catch (IOException e) {
            return parseText(new String(utf8, StandardCharsets.UTF_8));
        }
    }

    private static JsonNode parseText(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** Looks at the members of an object as they come. */
    @FunctionalInterface
    public interface Member {
        /** Takes a member whose value begins here, and goes to the value's end; false if that is not what was looked for. */
        boolean take(String name, JsonParser value) throws IOException;
    }

    /**
     * Whether this is one JSON object of which every member is as it was looked for. Bytes that are no UTF-8 are no object, as
     * a
     * parser
     * understands some of them and passes over others.
     */
    public static boolean isObject(byte[] utf8, Member members) {
        if (new String(utf8, StandardCharsets.UTF_8).indexOf('\uFFFD') >= 0) {
            return false;
        }
        try (JsonParser json = MAPPER.createParser(utf8)) {
            json.nextToken();
            return isObject(json, members) && json.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether an object begins here of which every member is what was looked for; goes to its end. */
    public static boolean isObject(JsonParser json, Member members) throws IOException {
        boolean good = json.hasToken(JsonToken.START_OBJECT);
        while (good && json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            good = members.take(name, json);
        }
        return good;
    }

    /** Returns the index of the byte at which the value begins, if it is a string; negative if it is none or is not known. */
    public static int quoteAt(JsonParser value) {
        return value.hasToken(JsonToken.VALUE_STRING) ? Math.toIntExact(value.currentTokenLocation().getByteOffset()) : -1;
    }

    /** Passes over a value that does not matter. */
    public static boolean skip(JsonParser value) throws IOException {
        value.skipChildren();
        return true;
    }

    /** A node as JSON text. */
    public static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON is always writable", e);
        }
    }

    /** A field's text; null if it is missing or no text. */
    public static @Nullable String text(JsonNode node, String field) {
        return node.path(field).textValue();
    }

    /** A field's text; empty if it is missing or no text. */
    public static String textOrEmpty(JsonNode node, String field) {
        String text = text(node, field);
        return text == null ? "" : text;
    }

    /**
     * Returns the arguments of a tool as they are sent. An object stays as it is. Empty text and {@code null} become an empty
     * object, because some servers write them for a call without arguments. A string that holds an object becomes that object,
     * because some servers encode the arguments twice. Anything else gives null.
     */
    public static @Nullable String argumentsOrNull(String text) {
        if (text.isBlank()) {
            return "{}";
        }
        JsonNode arguments = parse(text);
        if (arguments.isTextual()) {
            return parse(arguments.textValue()) instanceof ObjectNode ? arguments.textValue() : null;
        }
        if (arguments.isNull()) {
            return "{}";
        }
        return arguments instanceof ObjectNode ? text : null;
    }
}

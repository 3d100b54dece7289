package io.parley.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.MessageId;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** JSON at rest: compact, on one line, text as raw UTF-8. */
final class Json {
    private static final int DEEPEST = 2000;
    private static final int LONGEST_TEXT = 128 * 1024 * 1024;
    private static final JsonMapper MAPPER = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LONGEST_TEXT)
                    .build())
            .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build());

    private Json() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The written form. Half a surrogate pair, which UTF-8 cannot hold, is escaped and so survives. */
    static String write(JsonNode json) {
        try {
            return escapeLoneSurrogates(MAPPER.writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }

    /**
     * Reads an object.
     *
     * @throws CorruptRecord if the text is not a JSON object
     */
    static ObjectNode read(String text) {
        try {
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException _) {
            // Neither the text nor the parser's message, which quotes it, may reach a log.
        }
        throw new CorruptRecord("a stored record is not a JSON object");
    }

    /** Reads piece by piece a text that may end too early. */
    static JsonParser parser(String text) throws IOException {
        return MAPPER.createParser(text);
    }

    /**
     * Reads any value.
     *
     * @throws CorruptRecord if the text is not JSON
     */
    static JsonNode readAny(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException _) {
            throw new CorruptRecord("a stored record is not JSON");
        }
    }

    /** Writes the numbers of messages; no field if there are none. */
    static void putIds(ObjectNode json, String name, List<MessageId> ids) {
        if (!ids.isEmpty()) {
            ids.forEach(id -> json.withArray(name).add(id.sequence()));
        }
    }

    static List<MessageId> ids(JsonNode object, String name) {
        return object.path(name).valueStream().map(id -> new MessageId(id.asLong())).toList();
    }

    static @Nullable String text(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    static String text(JsonNode object, String name, String otherwise) {
        String value = text(object, name);
        return value == null ? otherwise : value;
    }

    /** Sets a text, or takes the name away where there is none. */
    static void put(ObjectNode object, String name, @Nullable String value) {
        if (value == null) {
            object.remove(name);
        } else {
            object.put(name, value);
        }
    }

    /** The same JSON, with halves of surrogate pairs escaped. */
    static String escapeLoneSurrogates(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (Character.isSurrogate(json.charAt(i))) {
                return escaped(json, i);
            }
        }
        return json;
    }

    private static String escaped(String json, int from) {
        StringBuilder out = new StringBuilder(json.length() + 16).append(json, 0, from);
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < json.length() && Character.isLowSurrogate(json.charAt(i + 1))) {
                out.append(c).append(json.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}

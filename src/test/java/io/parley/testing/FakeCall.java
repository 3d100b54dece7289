package io.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * One request that a {@link FakeProvider} got.
 *
 * @param path with the query
 * @param headers names in lower case
 * @param body as it came, read as UTF-8
 */
public record FakeCall(String method, String path, Map<String, String> headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The body as JSON. */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the request's body is not JSON", e);
        }
    }
}

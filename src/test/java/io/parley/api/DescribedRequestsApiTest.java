package io.parley.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.parley.testing.Mutation;
import io.parley.testing.SchemaArbitraries;
import io.parley.testing.Size;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import net.jqwik.engine.SourceOfRandomness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The service accepts what its description allows and refuses everything else. The test makes requests from the description,
 * and requests that differ from such a request in one place. An independent validator decides which of them the description
 * allows.
 */
@QuarkusTest
class DescribedRequestsApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = Size.of(12, 300);
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    /** Values of fields that a schema cannot describe completely, and values that match a pattern. */
    private static final Map<String, List<String>> TEXTS = Map.ofEntries(
            Map.entry("model", List.of("simulator", "simulator-claude")),
            Map.entry("fallbacks", List.of("simulator", "simulator-claude")),
            Map.entry("retention", List.of("none", "P90D", "PT1M", "P36500D", "PT36H")),
            Map.entry("url", List.of("https://example.org/a.png", "HTTPS://example.org")),
            Map.entry("data", List.of(PNG)),
            Map.entry("mediaType", List.of("image/png")),
            Map.entry("sha256", List.of("0".repeat(64))),
            Map.entry("^[A-Za-z0-9_-]{1,64}$", List.of("a", "Z-9_", "x".repeat(64))),
            Map.entry("^m[1-9][0-9]{0,14}$", List.of("m1", "m2", "m999999999999999")));
    /**
     * The rules that no schema can express, because they depend on stored or configured data, on several fields together, on
     * the kind of a text, or on bytes.
     */
    private static final Pattern BEYOND_SCHEMAS = Pattern.compile("must be one of the models that GET /api/v1/models lists"
            + "|cannot be called, because no API key .*"
            + "|must be a model that GET /api/v1/models lists as configured"
            + "|must not name a policy that the list already has"
            + "|must not be the name of another tool in this list"
            + "|must be an https URL without a user name"
            + "|must be an image of type .*"
            + "|must be base64 .*"
            + "|names an image that this session does not have: .*"
            + "|must be an ISO-8601 duration .*"
            + "|must be left out if regenerate is true.*"
            + "|is required with replaces: .*"
            + "|must not be tool results if replaces is set.*"
            + "|must be the id of a user message that is part of the conversation"
            + "|must be at most [0-9]+ bytes long.*"
            + "|must hold at most [0-9]+ (bytes of text|images)");
    /** The blocks that a content may have depend on the role of the stored message, or on the other blocks of the input. */
    private static final Pattern BEYOND_CONTENTS = Pattern
            .compile("must be one of [a-z, -]+ here|must not combine tool results .*|must be a list of tool-result blocks");
    /** A fixed seed gives the same requests in each run; {@code -Dseed} makes other requests. */
    private static final long SEED = Long.getLong("seed", 20261130);
    private static JsonNode description;

    @BeforeEach
    void read() throws IOException {
        if (description == null) {
            description = withShortForms(JSON.readTree(given().queryParam("format", "JSON").get("/q/openapi").asString()));
        }
    }

    /**
     * Adds the short forms to the schemas. The description has them in a field of its own, because client generators do not
     * support "one or a list".
     */
    private static JsonNode withShortForms(JsonNode value) {
        switch (value) {
            case ObjectNode object -> {
                JsonNode also = object.remove("x-also-accepted");
                ObjectNode members = JSON.createObjectNode();
                object.properties().forEach(member -> members.set(member.getKey(), withShortForms(member.getValue())));
                return also == null ? members
                        : JSON.createObjectNode().set("oneOf", JSON.createArrayNode().add(members).add(also));
            }
            case ArrayNode array -> {
                ArrayNode items = JSON.createArrayNode();
                array.forEach(item -> items.add(withShortForms(item)));
                return items;
            }
            case JsonNode leaf -> {
                return leaf;
            }
        }
    }

    /** One operation with a body, and a function that sends the body to it. */
    private record Operation(String path, String method, boolean knowsRole, Function<String, Response> ask) {

        JsonNode schema() {
            return description.at("/paths/" + path.replace("/", "~1") + "/" + method
                    + "/requestBody/content/application~1json/schema");
        }
    }

    private static Schema validator(JsonNode schema) {
        ObjectNode root = JSON.createObjectNode();
        root.putArray("allOf").add(schema);
        root.set("components", description.get("components"));
        return SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(root);
    }

    private static void hold(Operation operation) {
        Random random = new Random(SEED);
        Schema validator = validator(operation.schema());
        int[] allowed = new int[1];
        JqwikSession.run(() -> samples(operation).limit(TRIES).forEach(sample -> {
            assertThat(validator.validate(sample)).as("%s", sample).isEmpty();
            check(operation, sample, true);
            JsonNode mutant = Mutation.of(sample, random);
            boolean isAllowed = validator.validate(mutant).isEmpty();
            allowed[0] += isAllowed ? 1 : 0;
            check(operation, mutant, isAllowed);
        }));
        assertThat(allowed[0]).as("mutants that are allowed, of %d", TRIES).isLessThan(TRIES);
    }

    private static Stream<JsonNode> samples(Operation operation) {
        Random random = SourceOfRandomness.create(Long.toString(SEED));
        // The number of tries bounds how many edge cases the generator combines before the first value.
        return new SchemaArbitraries(description, TEXTS).allowedBy(operation.schema()).generator(TRIES, true).stream(random)
                .map(Shrinkable::value);
    }

    private static void check(Operation operation, JsonNode body, boolean allowed) {
        Response answer = operation.ask().apply(body.toString());
        boolean refused = answer.statusCode() == 400 || answer.statusCode() == 413;
        if (allowed && refused && !isBeyondSchemas(operation, answer)) {
            fail("%s %s allows %s but is answered with %s", operation.method(), operation.path(), body, answer.asString());
        }
        if (!allowed && !refused) {
            fail("%s %s does not allow %s but is answered with %d %s", operation.method(), operation.path(), body,
                    answer.statusCode(), answer.asString());
        }
        assertThat(answer.statusCode()).as("%s", body).isLessThan(500);
    }

    private static boolean isBeyondSchemas(Operation operation, Response answer) {
        List<String> details = answer.jsonPath().getList("errors.detail");
        return details != null && details.stream().allMatch(detail -> BEYOND_SCHEMAS.matcher(detail).matches()
                || (!operation.knowsRole() && BEYOND_CONTENTS.matcher(detail).matches()));
    }

    @Test
    void creating_a_session_takes_what_is_described() {
        hold(new Operation("/api/v1/sessions", "post", true, body -> Api.json(body).post(Api.SESSIONS)));
    }

    @Test
    void changing_a_session_takes_what_is_described() {
        String session = Api.session("{\"context\":[{\"policy\":\"full\"}],\"metadata\":{\"a\":{\"b\":1}}}");
        hold(new Operation("/api/v1/sessions/{id}", "patch", true, body -> Api.json(body).patch(session)));
    }

    @Test
    void appending_messages_takes_what_is_described() {
        String session = Api.session("{}");
        hold(new Operation("/api/v1/sessions/{id}/messages", "post", true, body -> Api.json(body).post(session + "/messages")));
    }

    @Test
    void editing_a_message_takes_what_is_described() {
        String session = Api.sessionWith("one", "two");
        // The blocks that a message may have depend on its role, which the schema of an edit does not know.
        hold(new Operation("/api/v1/sessions/{id}/messages/{message}", "patch", false,
                body -> Api.json(body).patch(session + "/messages/" + (body.contains("\"image\"") ? "m1" : "m2"))));
    }

    @Test
    void forking_takes_what_is_described() {
        String session = Api.sessionWith("one", "two");
        hold(new Operation("/api/v1/sessions/{id}/forks", "post", true, body -> Api.json(body).post(session + "/forks")));
    }

    @Test
    void a_turn_takes_what_is_described() {
        // The test sends the turn to the preview, which checks a turn without running it.
        String session = Api.sessionWith("one", "two");
        hold(new Operation("/api/v1/sessions/{id}/turns", "post", false, body -> Api.json(body).post(session + "/context")));
        assertThat(
                description.at("/paths/~1api~1v1~1sessions~1{id}~1context/post/requestBody/content/application~1json/schema"))
                .isEqualTo(JSON.createObjectNode().put("$ref", "#/components/schemas/TurnRequest"));
    }

    private static final Map<String, List<String>> PARAMETERS = Map.of("limit",
            List.of("1", "100", "50", "0", "101", "-1", "x", "", "1.5"), "before",
            List.of("", "m1", "m0", "n1", "n0", "1_a.b", "_a.b", "x", "m1 ", "é"), "superseded",
            List.of("true", "false", "", "yes", "1"),
            "state", List.of("running", "failed", "", "RUNNING", "x"), "thinking", List.of("true", "false", "no"), "q",
            List.of("", "a", "\uD83D\uDE00".repeat(251), "a".repeat(500), "a".repeat(501)));

    @Test
    void query_parameters_take_what_is_described() {
        String session = Api.sessionWith("one", "two");
        for (String path : Set.of("/api/v1/sessions", "/api/v1/sessions/{id}/messages", "/api/v1/sessions/{id}/turns",
                "/api/v1/sessions/{id}/usage")) {
            for (JsonNode written : description.at("/paths/" + path.replace("/", "~1") + "/get/parameters")) {
                JsonNode parameter = written.has("$ref") ? description.at(written.get("$ref").asText().substring(1)) : written;
                String name = parameter.get("name").asText();
                Schema validator = validator(parameter.get("schema"));
                for (String value : PARAMETERS.get(name.equals("after") ? "before" : name)) {
                    boolean allowed = validator.validate(typed(value)).isEmpty();
                    int status = given().queryParam(name, value).get(path.replace(Api.SESSIONS + "/{id}", session))
                            .statusCode();

                    assertThat(status).as("%s?%s=%s", path, name, value).isEqualTo(allowed ? 200 : 400);
                }
            }
        }
    }

    /** Returns a parameter as JSON: a number or a boolean if it looks like one, else a string. */
    private static JsonNode typed(String value) {
        if (value.matches("-?[0-9]+(\\.[0-9]+)?")) {
            return JSON.getNodeFactory().numberNode(new java.math.BigDecimal(value));
        }
        return value.matches("true|false") ? JSON.getNodeFactory().booleanNode(value.equals("true"))
                : JSON.getNodeFactory().textNode(value);
    }

    private static final Map<String, List<String>> HEADERS = Map.of("Idempotency-Key",
            List.of("a", "\"a\"", "\"\"", "\"a b\"", "a b", "\"a\\\"b\"", "\"a", "x".repeat(255), "x".repeat(256),
                    "\"" + "x".repeat(256) + "\""),
            "If-Match", List.of("*", "\"1\"", "W/\"1\"", "\"1\", \"2\"", "1", "\"1\",", "", "\"1\" \"2\"", "\"x\""));

    @Test
    void headers_take_what_is_described() {
        String session = Api.session("{}");
        HEADERS.forEach((name, values) -> {
            JsonNode parameter = description.at("/components/parameters/" + name.replace("-", ""));
            Schema validator = validator(parameter.get("schema"));
            assertThat(parameter.get("name").asText()).isEqualTo(name);
            for (String value : values) {
                boolean allowed = validator.validate(JSON.getNodeFactory().textNode(value)).isEmpty();
                int status = name.equals("If-Match")
                        ? Api.json("{\"title\":\"x\"}").header(name, value).patch(session).statusCode()
                        : Api.json("{}").header(name, value).post(Api.SESSIONS).statusCode();

                assertThat(status == 400).as("%s: %s (%d)", name, value, status).isEqualTo(!allowed);
            }
        });
    }
}

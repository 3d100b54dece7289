package io.parley.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.api.json.ProblemType;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Holds the description of the API against the code, and against what was reviewed. After a change that is meant:
 * {@code ./mvnw test -Dtest=OpenApiTest -Dopenapi.update=true} writes the snapshot anew.
 */
@QuarkusTest
class OpenApiTest {
    private static final Path SNAPSHOT = Path.of("src/test/resources/openapi.yaml");
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    @Test
    void the_description_is_the_one_that_was_reviewed() throws IOException {
        String served = given().accept("application/yaml").get("/q/openapi").then().statusCode(200).extract().asString();
        if (Boolean.getBoolean("openapi.update")) {
            Files.writeString(SNAPSHOT, served);
        }

        assertThat(served).as("-Dopenapi.update=true takes a change into %s", SNAPSHOT).isEqualTo(Files.readString(SNAPSHOT));
    }

    @Test
    void every_route_is_described_and_nothing_else() throws IOException {
        TreeSet<String> described = new TreeSet<>();
        description().get("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
            if (METHODS.contains(method)) {
                described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
            }
        }));
        TreeSet<String> routes = new TreeSet<>();
        AllowedMethods.byTemplate().forEach((path, methods) -> methods.forEach(method -> routes.add(method + " " + path)));

        assertThat(described).isEqualTo(routes);
    }

    /** Parley refuses all query parameters that it does not know. */
    @Test
    void every_query_parameter_is_described_and_no_other_is_known() throws IOException {
        JsonNode description = description();
        description.get("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey())).forEach(operation -> {
                    Set<String> described = new TreeSet<>(queryParameters(description, operation.getValue()));
                    described.addAll(queryParameters(description, path.getValue()));
                    if (operation.getValue().get("operationId").asText().equals("startTurn")) {
                        // A repeated request may resume its stream with this parameter. The description leaves it out, as it
                        // leaves out Last-Event-ID, because only clients of streams need it.
                        described.add("after");
                    }
                    assertThat(QueryParameters.of(operation.getKey().toUpperCase(Locale.ROOT), path.getKey()))
                            .as(operation.getKey() + " " + path.getKey()).containsExactlyInAnyOrderElementsOf(described);
                }));
    }

    private static List<String> queryParameters(JsonNode description, JsonNode of) {
        return of.path("parameters").valueStream()
                .map(parameter -> parameter.has("$ref") ? description.at(parameter.get("$ref").asText().substring(1))
                        : parameter)
                .filter(parameter -> parameter.get("in").asText().equals("query"))
                .map(parameter -> parameter.get("name").asText()).toList();
    }

    @Test
    void every_operation_has_a_name_and_says_how_it_fails() throws IOException {
        for (JsonNode operation : operations()) {
            assertThat(operation.path("operationId").asText()).isNotEmpty();
            assertThat(operation.path("summary").asText()).isNotEmpty();
            assertThat(operation.at("/responses/default/$ref").asText()).endsWith("/Problem");
        }
        assertThat(operations()).extracting(operation -> operation.get("operationId").asText()).doesNotHaveDuplicates();
    }

    @Test
    void every_reference_leads_somewhere() throws IOException {
        JsonNode description = description();

        assertThat(description.findValuesAsText("$ref")).isNotEmpty()
                .allSatisfy(reference -> assertThat(description.at(reference.substring(1)).isMissingNode()).isFalse());
    }

    @Test
    void every_problem_code_is_in_the_table() throws IOException {
        JsonNode codes = description().at("/components/schemas/ProblemCode");

        assertThat(codes.get("enum").valueStream().map(JsonNode::asText))
                .containsExactlyElementsOf(ProblemType.all().stream().map(ProblemType::code).toList());
        for (ProblemType type : ProblemType.all()) {
            assertThat(codes.get("description").asText()).contains("| `" + type.code() + "` | " + type.status() + " |");
        }
    }

    @Test
    void every_example_of_a_request_is_taken_as_it_stands() throws IOException {
        JsonNode paths = description().get("paths");
        String session = Api.sessionWith("a", "b", "c");
        JsonNode examples = paths.at("/~1api~1v1~1sessions/post/requestBody/content/application~1json/examples");
        for (JsonNode example : examples) {
            Api.json(example.get("value").toString()).post(Api.SESSIONS).then().statusCode(201);
        }
        for (JsonNode example : paths
                .at("/~1api~1v1~1sessions~1{id}~1messages/post/requestBody/content/application~1json/examples")) {
            Api.json(example.get("value").toString()).post(session + "/messages").then().statusCode(201);
        }
        assertThat(examples).isNotEmpty();
    }

    private static JsonNode description() throws IOException {
        return new ObjectMapper().readTree(given().queryParam("format", "JSON").get("/q/openapi").asString());
    }

    private static List<JsonNode> operations() throws IOException {
        List<JsonNode> operations = new ArrayList<>();
        for (JsonNode path : description().get("paths")) {
            path.properties().stream().filter(entry -> METHODS.contains(entry.getKey()))
                    .forEach(entry -> operations.add(entry.getValue()));
        }
        return operations;
    }
}

package io.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IfRunning;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    private final SettingsReader reader = new SettingsReader(DefaultLimits.limits(), DefaultLimits.sessions());

    @Test
    void every_field_has_a_default() {
        SessionSettings settings = read("{}");

        assertThat(settings.title()).isEmpty();
        assertThat(settings.model()).isNull();
        assertThat(settings.ifRunning()).isEqualTo(IfRunning.REJECT);
        assertThat(settings.retention()).isEqualTo(Duration.ofDays(90));
        assertThat(settings.metadata()).isEqualTo(RawJson.EMPTY_OBJECT);
    }

    @Test
    void null_means_the_default() {
        assertThat(read("""
                {"title":null,"model":null,"fallbacks":null,"systemPrompt":null,"facts":null,"context":null,
                 "maxOutputTokens":null,"temperature":null,"stop":null,"tools":null,"ifRunning":null,"onDisconnect":null,
                 "onCrash":null,"retention":null,"metadata":null}""")).isEqualTo(read("{}"));
    }

    @Test
    void a_length_is_counted_in_characters_not_in_the_halves_of_which_java_makes_some() {
        String smile = "\uD83D\uDE00";

        assertThat(read("{\"title\":\"" + smile.repeat(500) + "\"}").title()).hasSize(1_000);
        assertThat(catchThrowableOfType(Failure.Invalid.class, () -> {
            Object unused = read("{\"title\":\"" + smile.repeat(501) + "\"}");
        }).violations()).singleElement().extracting(Violation::pointer).isEqualTo("/title");
    }

    @Test
    void what_is_read_can_be_written_and_read_again() {
        SessionSettings settings = read(
                """
                        {"title":"Latin","model":"m","fallbacks":["a","b"],"systemPrompt":"Be brief.","facts":["x","y"],
                         "context":{"policy":"token-budget","maxTokens":8000,"exact":true,"share":0.25},"maxOutputTokens":5,
                         "temperature":0.7,"stop":["END"],"tools":[{"name":"f","description":"d","parameters":{ "type" : "object" }}],
                         "ifRunning":"wait","onDisconnect":"cancel","onCrash":"restart","retention":"none","metadata":{ "a": 1.00 }}""");

        assertThat(read(SettingsJson.write(settings))).isEqualTo(settings);
        assertThat(settings.context()).containsExactly(new ContextSpec("token-budget",
                Map.of("maxTokens", 8000L, "exact", true, "share", 0.25)));
        assertThat(settings.metadata().text()).isEqualTo("{ \"a\": 1.00 }");
        assertThat(settings.retention()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                         | ``
            null                                                       | ``
            "text"                                                     | ``
            {"titel":"x"}                                              | /titel
            {"owner":"mallory"}                                        | /owner
            {"title":5}                                                | /title
            {"model":{}}                                               | /model
            {"fallbacks":"a"}                                          | /fallbacks
            {"fallbacks":["a",1]}                                      | /fallbacks/1
            {"fallbacks":["a",""]}                                     | /fallbacks/1
            {"facts":{"a":"b"}}                                        | /facts
            {"facts":[null]}                                           | /facts/0
            {"systemPrompt":["a"]}                                     | /systemPrompt
            {"context":"full"}                                         | /context
            {"context":{}}                                             | /context/policy
            {"context":[{"policy":"full"},{"policy":5}]}               | /context/1/policy
            {"context":{"policy":"full","x":[1]}}                      | /context/x
            {"context":{"policy":"full","x":1e999999999}}              | /context/x
            {"maxOutputTokens":0}                                      | /maxOutputTokens
            {"maxOutputTokens":-1}                                     | /maxOutputTokens
            {"maxOutputTokens":1.5}                                    | /maxOutputTokens
            {"maxOutputTokens":"5"}                                    | /maxOutputTokens
            {"maxOutputTokens":1e999999999}                            | /maxOutputTokens
            {"maxOutputTokens":1e99999999999999}                       | /maxOutputTokens
            {"maxOutputTokens":3000000000}                             | /maxOutputTokens
            {"temperature":2.0001}                                     | /temperature
            {"temperature":-0.1}                                       | /temperature
            {"temperature":1e-999999999}                               | /temperature
            {"temperature":true}                                       | /temperature
            {"stop":"END"}                                             | /stop
            {"stop":["a","b","c","d","e"]}                             | /stop
            {"stop":[""]}                                              | /stop/0
            {"tools":{}}                                               | /tools
            {"tools":[{}]}                                             | /tools/0/name
            {"tools":[{"name":"a b"}]}                                 | /tools/0/name
            {"tools":[{"name":"a"},{"name":"a"}]}                      | /tools/1/name
            {"tools":[{"name":"a","parameters":"{}"}]}                 | /tools/0/parameters
            {"tools":[{"name":"a","type":"function"}]}                 | /tools/0/type
            {"ifRunning":"queue"}                                      | /ifRunning
            {"ifRunning":"REJECT"}                                     | /ifRunning
            {"onDisconnect":true}                                      | /onDisconnect
            {"onCrash":""}                                             | /onCrash
            {"retention":"90d"}                                        | /retention
            {"retention":"PT0S"}                                       | /retention
            {"retention":"-P1D"}                                       | /retention
            {"retention":"P99999D"}                                    | /retention
            {"retention":90}                                           | /retention
            {"metadata":[]}                                            | /metadata
            {"metadata":"{}"}                                          | /metadata
            """)
    void a_broken_rule_is_named_by_its_pointer(String body, String pointer) {
        Failure.Invalid failure = failure(body);

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(failure.violations()).singleElement().extracting(Violation::pointer).isEqualTo(pointer);
    }

    @Test
    void all_broken_rules_are_named_at_once() {
        assertThat(failure("{\"titel\":1,\"temperature\":9,\"stop\":[1],\"x/y\":0}").violations())
                .extracting(Violation::pointer).containsExactly("/temperature", "/stop/0", "/titel", "/x~1y");
    }

    @Test
    void a_thousand_broken_rules_are_not() {
        String unknown = String.join(",", IntStream.range(0, 1_000).mapToObj(i -> "\"f" + i + "\":0").toList());

        assertThat(failure("{" + unknown + "}").violations()).hasSize(20);
    }

    @ParameterizedTest
    @CsvSource({ "title,501", "model,201" })
    void too_long_a_text_is_refused(String field, int length) {
        assertThat(failure("{\"" + field + "\":\"" + "x".repeat(length) + "\"}").violations()).singleElement()
                .extracting(Violation::pointer).isEqualTo("/" + field);
    }

    @Test
    void what_is_only_too_large_is_said_to_be_that() {
        assertThat(failure("{\"metadata\":{\"a\":\"" + "x".repeat(16 * 1024) + "\"}}").code())
                .isEqualTo(FailureCode.TOO_LARGE);
        assertThat(failure("{\"systemPrompt\":\"" + "é".repeat(128 * 1024 + 1) + "\"}").code())
                .isEqualTo(FailureCode.TOO_LARGE);
        assertThat(failure("{\"systemPrompt\":\"" + "x".repeat(200_000) + "\",\"facts\":[\"" + "x".repeat(100_000) + "\"]}")
                .violations()).singleElement().extracting(Violation::pointer).isEqualTo("/facts");
    }

    @Test
    void a_patch_changes_what_it_names_and_nothing_else() {
        SessionSettings before = read("""
                {"title":"a","temperature":1,"facts":["x","y"],"metadata":{"keep":1.0,"drop":2,"in":{"a":1,"b":2}}}""");

        SessionSettings after = patch(before,
                """
                        {"title":"b","temperature":null,"facts":["z"],"metadata":{"drop":null,"in":{"a":null},"new":{"n":null,"m":1}}}""");

        assertThat(after.title()).isEqualTo("b");
        assertThat(after.generation().temperature()).isNull();
        assertThat(after.facts()).isEqualTo(List.of("z"));
        assertThat(after.metadata().text()).isEqualTo("{\"keep\":1.0,\"in\":{\"b\":2},\"new\":{\"m\":1}}");
    }

    @Test
    void an_empty_patch_changes_nothing() {
        SessionSettings before = read("{\"title\":\"a\",\"retention\":\"none\",\"tools\":[{\"name\":\"f\"}]}");

        assertThat(patch(before, "{}")).isEqualTo(before);
    }

    @Test
    void a_patch_is_read_as_strictly_as_a_new_session() {
        Failure.Invalid failure = catchThrowableOfType(Failure.Invalid.class, () -> {
            SessionSettings unused = patch(read("{}"), "{\"temperature\":5,\"createdAt\":\"x\"}");
        });

        assertThat(failure.violations()).extracting(Violation::pointer).containsExactly("/temperature", "/createdAt");
    }

    @Test
    void a_patch_that_is_no_object_is_refused() {
        assertThat(catchThrowableOfType(Failure.Invalid.class, () -> {
            JsonText unused = reader.readPatch("[]".getBytes(UTF_8));
        }).violations()).singleElement().extracting(Violation::pointer).isEqualTo("");
    }

    private SessionSettings read(String body) {
        return reader.read(body.getBytes(UTF_8));
    }

    private SessionSettings patch(SessionSettings before, String patch) {
        return reader.patch(before, reader.readPatch(patch.getBytes(UTF_8)));
    }

    private Failure.Invalid failure(String body) {
        return catchThrowableOfType(Failure.Invalid.class, () -> {
            SessionSettings unused = read(body);
        });
    }
}

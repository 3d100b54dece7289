package io.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                              | ``
            ` `                             | ``
            {                               | ``
            {"a":1                          | /a
            {"a":[1,{"b":tru}]}             | /a/1/b
            {"a":1,}                        | /a
            {'a':1}                         | ``
            {"a":NaN}                       | /a
            {"a":01}                        | /a
            {"a":.5}                        | /a
            {"a":1} x                       | ``
            {"a":1}{}                       | ``
            {"a":1,"b":{"c":1,"c":2}}       | /b/c
            {"a":"\\ud800"}                 | /a
            {"a":["ok","\\udc00\\ud800"]}   | /a/1
            {"\\ud800":1}                   | /\ufffd
            {"a/b~c":{"x":1,"x":1}}         | /a~1b~0c/x
            // comment                      | ``
            """)
    void what_is_not_json_is_refused_and_named_by_its_pointer(String body, String pointer) {
        Failure.Invalid failure = failure(body.getBytes(UTF_8));

        assertThat(failure.code()).isEqualTo(FailureCode.MALFORMED_JSON);
        assertThat(failure.violations()).singleElement().extracting("pointer").isEqualTo(pointer);
    }

    @Test
    void what_is_not_utf8_is_refused() {
        assertThat(failure(new byte[] { '"', (byte) 0xc3, '"' }).code()).isEqualTo(FailureCode.MALFORMED_JSON);
        assertThat(failure("{}".getBytes(UTF_16)).code())
                .isEqualTo(FailureCode.MALFORMED_JSON);
    }

    @Property
    void what_is_long_is_checked_to_its_end(@ForAll @IntRange(min = 0, max = 40_000) int before,
            @ForAll @IntRange(min = 0, max = 40_000) int after, @ForAll @From("characters") String character) {
        String text = "a".repeat(before) + character + "b".repeat(after);
        byte[] body = ("\"" + text + "\"").getBytes(UTF_8);

        assertThat(JsonText.read(body, DefaultLimits.limits()).root())
                .isInstanceOfSatisfying(JsonValue.Text.class, read -> assertThat(read.value()).isEqualTo(text));
        body[before + 1] = (byte) 0xff;
        assertThat(failure(body).detail()).isEqualTo("The body is not UTF-8.");
    }

    @Provide
    Arbitrary<String> characters() {
        return Arbitraries.of("c", "é", "€", "😀");
    }

    @Test
    void a_hundred_levels_are_read_and_one_more_is_refused() {
        assertThat(read("[".repeat(100) + "]".repeat(100)).root()).isInstanceOf(JsonValue.Elements.class);

        Failure.Invalid failure = failure(("[".repeat(101) + "]".repeat(101)).getBytes(UTF_8));
        assertThat(failure.detail()).contains("100 levels");
        assertThat(failure.violations().getFirst().pointer()).isEqualTo("/0".repeat(100));
    }

    @Test
    void a_million_levels_do_no_harm() {
        assertThat(failure("[".repeat(1_000_000).getBytes(UTF_8)).code()).isEqualTo(FailureCode.MALFORMED_JSON);
    }

    @Test
    void more_values_than_allowed_are_too_large() {
        String body = "[" + "0,".repeat(200_000) + "0]";

        assertThat(failure(body.getBytes(UTF_8)).code()).isEqualTo(FailureCode.TOO_LARGE);
    }

    @Test
    void a_number_with_a_thousand_and_one_digits_is_refused() {
        Failure.Invalid failure = failure(("{\"a\":" + "1".repeat(1_001) + "}").getBytes(UTF_8));

        assertThat(failure.violations().getFirst().pointer()).isEqualTo("/a");
    }

    @Test
    void control_characters_and_every_plane_of_unicode_are_kept() {
        String text = "\u0000\u0007 \u202e\u2028\u2029 \ufeff 👩‍👩‍👧 e\u0301".repeat(3);

        JsonValue value = read(Json.write(json -> json.writeString(text))).root();

        assertThat(value).isInstanceOfSatisfying(JsonValue.Text.class, read -> assertThat(read.value()).isEqualTo(text));
    }

    @Property(tries = 300)
    void every_part_of_a_text_keeps_its_own_characters(@ForAll("documents") JsonNode document) throws Exception {
        String source = JACKSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);

        assertKept(read(source), document);
    }

    @Test
    void parts_of_a_text_longer_than_any_buffer_keep_their_own_characters() throws Exception {
        String filler = "\\u00e9\\n\"é👍".repeat(20_000);
        JsonNode document = JACKSON.valueToTree(Map.of("a", List.of(filler, 1.50, filler, List.of(filler, true)), "é", 12));

        assertKept(read(JACKSON.writeValueAsString(document)), document);
    }

    @Provide
    static Arbitrary<JsonNode> documents() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(Arbitraries.strings().withCharRange(' ', '\ud7ff').ofMaxLength(20),
                Arbitraries.longs(), Arbitraries.doubles(), Arbitraries.of(true, false));
        Arbitrary<Object> tree = Arbitraries.recursive(() -> leaf, JsonTextTest::nested, 0, 4);
        return tree.map(JACKSON::valueToTree);
    }

    private static Arbitrary<Object> nested(Arbitrary<Object> inner) {
        return Arbitraries.oneOf(inner.list().ofMaxSize(4).map(list -> list),
                Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(5), inner).ofMaxSize(4).map(map -> map));
    }

    private static void assertKept(JsonText text, JsonNode expected) throws Exception {
        assertKept(text, text.root(), expected);
    }

    private static void assertKept(JsonText text, JsonValue value, JsonNode expected) throws Exception {
        String raw = text.raw(value);
        assertThat(raw).doesNotStartWith(" ").doesNotEndWith(" ").doesNotEndWith(",");
        assertThat(JACKSON.readTree(raw)).isEqualTo(JACKSON.readTree(JACKSON.writeValueAsString(expected)));
        if (value instanceof JsonValue.Members members) {
            for (Map.Entry<String, JsonValue> field : members.fields().entrySet()) {
                assertKept(text, field.getValue(), expected.get(field.getKey()));
            }
        } else if (value instanceof JsonValue.Elements elements) {
            for (int i = 0; i < elements.items().size(); i++) {
                assertKept(text, elements.items().get(i), expected.get(i));
            }
        }
    }

    private static JsonText read(String source) {
        return JsonText.read(source.getBytes(UTF_8), DefaultLimits.limits());
    }

    private static Failure.Invalid failure(byte[] body) {
        return catchThrowableOfType(Failure.Invalid.class, () -> {
            JsonText unused = JsonText.read(body, DefaultLimits.limits());
        });
    }
}

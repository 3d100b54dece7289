package io.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import io.parley.conversation.Violation;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesReaderTest {
    /** What a PNG begins with. */
    static final byte[] PNG = { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13 };
    private final MessagesReader reader = new MessagesReader(DefaultLimits.limits());

    @Test
    void a_string_is_one_block_of_text() {
        MessagesReader.Batch batch = read("{\"role\":\"user\",\"content\":\" hi\\r\\n\"}");

        assertThat(batch.single()).isTrue();
        assertThat(batch.drafts()).singleElement().satisfies(draft -> {
            assertThat(draft.role()).isEqualTo(Role.USER);
            assertThat(draft.content()).containsExactly(new Content.Text(" hi\r\n"));
        });
    }

    @Test
    void every_kind_of_block_is_read() {
        String png = Base64.getEncoder().encodeToString(PNG);
        List<Content> user = content("user", """
                [{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","mediaType":"image/png","data":"%s"}},
                 {"type":"image","source":{"type":"url","url":"https://example.com/a.png"}}]""".formatted(png));
        List<Content> assistant = content("assistant", """
                [{"type":"thinking","provider":"anthropic","text":"","signature":"s"},{"type":"refusal","text":"no"},
                 {"type":"tool-call","id":"c","name":"f","arguments":{ "x" : 1.0 }},
                 {"type":"opaque","provider":"openai","block":[ 1 ]}]""");
        List<Content> tool = content("tool", """
                [{"type":"tool-result","callId":"c","content":[{"type":"text","text":"ok"}],"error":true},
                 {"type":"tool-result","callId":"d","content":""}]""");

        assertThat(user).containsExactly(new Content.Text("a"), new Content.Image(new ImageSource.Inline("image/png", png)),
                new Content.Image(new ImageSource.Url("https://example.com/a.png")));
        assertThat(assistant).containsExactly(new Content.Thinking("anthropic", "", "s"), new Content.Refusal("no"),
                new Content.ToolCall("c", "f", new RawJson("{ \"x\" : 1.0 }")),
                new Content.Opaque("openai", new RawJson("[ 1 ]")));
        assertThat(tool).containsExactly(new Content.ToolResult("c", List.of(new Content.Text("ok")), true),
                new Content.ToolResult("d", List.of(new Content.Text("")), false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"role":"system","content":"x"}                                                              | /role
            {"role":"robot","content":"x"}                                                               | /role
            {"content":"x"}                                                                              | /role
            {"role":"user"}                                                                              | /content
            {"role":"user","content":""}                                                                 | /content
            {"role":"user","content":[]}                                                                 | /content
            {"role":"user","content":5}                                                                  | /content
            {"role":"user","content":null}                                                               | /content
            {"role":"user","content":["x"]}                                                              | /content/0
            {"role":"user","content":[{"text":"x"}]}                                                     | /content/0/type
            {"role":"user","content":[{"type":"text"}]}                                                  | /content/0/text
            {"role":"user","content":[{"type":"text","text":""}]}                                        | /content/0/text
            {"role":"user","content":[{"type":"text","text":"x","cache":1}]}                             | /content/0/cache
            {"role":"user","content":[{"type":"audio"}]}                                                 | /content/0/type
            {"role":"user","content":[{"type":"tool-call","id":"a","name":"b"}]}                         | /content/0/type
            {"role":"assistant","content":[{"type":"image"}]}                                            | /content/0/type
            {"role":"assistant","content":[{"type":"tool-call","id":"a","name":"b","arguments":"{}"}]}   | /content/0/arguments
            {"role":"assistant","content":[{"type":"tool-call","id":"","name":"b"}]}                     | /content/0/id
            {"role":"tool","content":[{"type":"text","text":"x"}]}                                       | /content/0/type
            {"role":"tool","content":"x"}                                                                | /content
            {"role":"tool","content":[{"type":"tool-result","content":"x"}]}                             | /content/0/callId
            {"role":"tool","content":[{"type":"tool-result","callId":"c"}]}                              | /content/0/content
            {"role":"tool","content":[{"type":"tool-result","callId":"c","content":"x","error":"no"}]}   | /content/0/error
            {"role":"user","content":[{"type":"image"}]}                                                 | /content/0/source
            {"role":"user","content":[{"type":"image","source":{"type":"file"}}]}                        | /content/0/source/type
            {"role":"user","content":[{"type":"image","source":{"type":"url","url":"http://a.b/c"}}]}    | /content/0/source/url
            {"role":"user","content":[{"type":"image","source":{"type":"url","url":"file:///etc/x"}}]}   | /content/0/source/url
            {"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://u:p@a.b"}}]} | /content/0/source/url
            {"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://a b"}}]}     | /content/0/source/url
            {"role":"user","content":[{"type":"image","source":{"type":"stored","sha256":"abc"}}]}       | /content/0/source/sha256
            {"role":"user","content":"x","createdAt":"now"}                                              | /createdAt
            []                                                                                           | ``
            [{"role":"user","content":"x"},{"role":"user","content":""}]                                 | /1/content
            """)
    void a_broken_rule_is_named_by_its_pointer(String body, String pointer) {
        Failure.Invalid failure = failure(body);

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(failure.violations()).singleElement().extracting(Violation::pointer).isEqualTo(pointer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image/svg+xml | PHN2Zy8+             | /content/0/source/mediaType
            image/jpeg    | iVBORw0KGgoAAAAN     | /content/0/source/data
            image/png     | PHN2Zy8+             | /content/0/source/data
            image/webp    | UklGRgAAAABXQVZF     | /content/0/source/data
            image/png     | !!!!                 | /content/0/source/data
            image/png     | data:image/png;base64,iVBORw0KGgoAAAAN | /content/0/source/data
            image/png     | iVBORw0KGgoAAAA      | /content/0/source/data
            image/png     | iVBORw0K\\r\\nGgoAAAAN | /content/0/source/data
            """)
    void an_image_must_be_what_it_says_it_is(String mediaType, String data, String pointer) {
        assertThat(failure(image(mediaType, data)).violations()).singleElement().extracting(Violation::pointer)
                .isEqualTo(pointer);
    }

    @ParameterizedTest
    @CsvSource({ "image/png,iVBORw0KGgoAAAAN", "image/jpeg,/9j/4AAQ", "image/gif,R0lGODlh", "image/webp,UklGRgAAAABXRUJQ" })
    void every_format_that_providers_take_is_read(String mediaType, String data) {
        assertThat(read(image(mediaType, data)).drafts().getFirst().content()).hasSize(1);
    }

    @Test
    void sizes_have_limits() {
        byte[] large = Arrays.copyOf(PNG, 5 * 1024 * 1024 + 1);
        String one = "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://a.example/b\"}}";

        assertThat(failure(image("image/png", Base64.getEncoder().encodeToString(large))).code())
                .isEqualTo(FailureCode.TOO_LARGE);
        assertThat(failure("{\"role\":\"user\",\"content\":\"" + "é".repeat(512 * 1024 + 1) + "\"}").code())
                .isEqualTo(FailureCode.TOO_LARGE);
        assertThat(failure("{\"role\":\"user\",\"content\":[" + (one + ",").repeat(20) + one + "]}").violations())
                .singleElement().extracting(Violation::pointer).isEqualTo("/content");
        assertThat(failure("[" + "{\"role\":\"user\",\"content\":\"x\"},".repeat(1_000)
                + "{\"role\":\"user\",\"content\":\"x\"}]").violations()).hasSize(1);
    }

    @Test
    void a_megabyte_of_text_and_an_image_of_five_are_read() {
        byte[] large = Arrays.copyOf(PNG, 5 * 1024 * 1024);

        assertThat(read("{\"role\":\"user\",\"content\":\"" + "x".repeat(1024 * 1024) + "\"}").drafts()).hasSize(1);
        assertThat(read(image("image/png", Base64.getEncoder().encodeToString(large))).drafts()).hasSize(1);
    }

    @Test
    void an_image_that_an_answer_showed_can_be_sent_back() {
        String sha256 = "0".repeat(64);

        assertThat(content("user", """
                [{"type":"image","source":{"type":"stored","sha256":"%s","mediaType":"image/png","bytes":5,"width":1,"height":1,
                  "url":"/api/v1/sessions/s/images/x"}}]""".formatted(sha256)))
                .containsExactly(new Content.Image(new ImageSource.Stored(sha256, "", 0, 0, 0)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
            "mediaType":5  | mediaType
            "bytes":"many" | bytes
            "width":-1     | width
            "height":1.5   | height
            "url":true     | url
            """)
    void what_a_client_says_of_a_stored_image_has_the_type_that_answers_show(String member, String name) {
        assertThat(failure("{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"stored\",\"sha256\":\""
                + "0".repeat(64) + "\"," + member + "}}]}").violations()).singleElement().extracting(Violation::pointer)
                .isEqualTo("/content/0/source/" + name);
    }

    @Test
    void a_tool_may_have_nothing_to_say() {
        for (String nothing : List.of("\"\"", "[]")) {
            assertThat(content("tool", "[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":" + nothing + "}]"))
                    .containsExactly(new Content.ToolResult("c", List.of(new Content.Text("")), false));
        }
    }

    @Test
    void a_fork_needs_the_id_of_a_message() {
        assertThat(reader.readFork("{\"through\":\"m7\"}".getBytes(UTF_8)).sequence()).isEqualTo(7);
        for (String body : List.of("{}", "{\"through\":7}", "{\"through\":\"m0\"}", "{\"through\":\"7\"}",
                "{\"through\":null}")) {
            assertThat(catchThrowableOfType(Failure.Invalid.class, () -> {
                Object unused = reader.readFork(body.getBytes(UTF_8));
            }).violations()).singleElement().extracting(Violation::pointer).isEqualTo("/through");
        }
    }

    private static String image(String mediaType, String data) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\""
                + mediaType
                + "\",\"data\":\"" + data + "\"}}]}";
    }

    private List<Content> content(String role, String content) {
        return read("{\"role\":\"" + role + "\",\"content\":" + content + "}").drafts().getFirst().content();
    }

    private MessagesReader.Batch read(String body) {
        return reader.read(body.getBytes(UTF_8));
    }

    private Failure.Invalid failure(String body) {
        return catchThrowableOfType(Failure.Invalid.class, () -> {
            Object unused = read(body);
        });
    }
}

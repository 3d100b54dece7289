package io.parley.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.Generation;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.RawJson;
import io.parley.conversation.ToolDefinition;
import io.parley.provider.CacheHints;
import io.parley.provider.CacheHints.Mark;
import io.parley.provider.Calls;
import io.parley.provider.ChatCall;
import io.parley.provider.WireJson;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Where {@code cache_control} stands in a request. */
class CacheMarksTest {
    private static final String MARK = ",\"cache_control\":{\"type\":\"ephemeral\"}";
    private static final Generation TOOLS = new Generation(null, null, null,
            List.of(new ToolDefinition("look", null, RawJson.EMPTY_OBJECT),
                    new ToolDefinition("go", null, RawJson.EMPTY_OBJECT)));
    private static final Content THOUGHT = new Content.Thinking("anthropic", "hm", "sig=");
    private static final Content HIDDEN = new Content.Opaque("anthropic", new RawJson("{\"type\":\"redacted_thinking\"}"));
    private static final Content FOREIGN = new Content.Opaque("openai", new RawJson("{}"));

    @Test
    void the_system_prompt_and_the_marked_blocks_carry_it() {
        ChatCall call = Calls.of("Be brief.", TOOLS, Calls.user(text("a"), text("b")),
                Calls.assistant(new Content.ToolCall("1", "look", RawJson.EMPTY_OBJECT)),
                Calls.tool(new Content.ToolResult("1", List.of(text("r")), true)), Calls.user(text("c")));
        assertThat(render(call, true, new Mark(0, 1), new Mark(1, 1), new Mark(2, 1))).isEqualTo(
                """
                        {"model":"model-1","max_tokens":4096,
                        "tools":[{"name":"look","input_schema":{}},{"name":"go","input_schema":{}}],
                        "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"messages":[
                        {"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},
                        {"type":"text","text":"b"}]},
                        {"role":"assistant","content":[{"type":"tool_use","id":"000001000","name":"look","input":{},
                        "cache_control":{"type":"ephemeral"}}]},
                        {"role":"user","content":[{"type":"tool_result","tool_use_id":"000001000","content":[{"type":"text","text":"r"}],
                        "is_error":true,"cache_control":{"type":"ephemeral"}},{"type":"text","text":"c"}]}],
                        "stream":true}"""
                        .replace("\n", ""));
    }

    @Test
    void without_a_system_prompt_the_last_tool_carries_it() {
        assertThat(render(Calls.of(" ", TOOLS, Calls.user(text("a"))), true))
                .contains("{\"name\":\"look\",\"input_schema\":{}},{\"name\":\"go\",\"input_schema\":{}" + MARK + "}],")
                .doesNotContain("system");
        assertThat(render(Calls.of(null, Generation.UNDECIDED, Calls.user(text("a"))), true)).doesNotContain("cache_control");
    }

    @Test
    void four_at_most_the_system_prompt_and_the_last_ones() {
        ChatCall call = Calls.of("S", TOOLS, Calls.user(text("a"), text("b"), text("c"), text("d"), text("e")));
        Mark[] all = { new Mark(0, 1), new Mark(0, 2), new Mark(0, 3), new Mark(0, 4), new Mark(0, 5) };
        assertThat(marked(render(call, true, all))).containsExactly("S", "c", "d", "e");
        assertThat(marked(render(call, false, all))).containsExactly("b", "c", "d", "e");
    }

    @Test
    void a_mark_is_on_the_block_that_is_written_last() {
        Content result = new Content.ToolResult("1", List.of(), false);
        ChatCall call = Calls.of(null, TOOLS, Calls.user(text("a"), FOREIGN, text(" ")),
                Calls.assistant(new Content.ToolCall("1", "look", RawJson.EMPTY_OBJECT)), Calls.tool(result),
                Calls.user(text("b"), text(" "), text("c")));
        assertThat(marked(render(call, false, new Mark(0, 3)))).containsExactly("a");
        assertThat(marked(render(call, false, new Mark(3, 2)))).containsExactly("b");
        assertThat(render(call, false, new Mark(3, 2)))
                .contains("[{\"type\":\"tool_result\",\"tool_use_id\":\"000001000\"},"
                        + "{\"type\":\"text\",\"text\":\"b\"" + MARK + "}");
    }

    @Test
    void marks_that_meet_on_one_block_count_once() {
        ChatCall call = Calls.of(null, TOOLS, Calls.user(text("a"), text("b"), text("c")), Calls.assistant(text("d"), FOREIGN),
                Calls.user(text("e")));
        assertThat(marked(render(call, false, new Mark(0, 1), new Mark(0, 2), new Mark(0, 3), new Mark(1, 1), new Mark(1, 2))))
                .containsExactly("a", "b", "c", "d");
    }

    @Test
    void only_this_one_of_equal_blocks_is_marked() {
        Content same = text("same");
        String body = render(Calls.of(null, TOOLS, Calls.user(same, same), Calls.user(same)), false, new Mark(0, 2));
        assertThat(body).contains("[{\"type\":\"text\",\"text\":\"same\"},{\"type\":\"text\",\"text\":\"same\"" + MARK + "},"
                + "{\"type\":\"text\",\"text\":\"same\"}]");
    }

    @Test
    void thinking_and_what_is_sent_as_it_came_carry_none() {
        ChatCall call = Calls.of(null, TOOLS, Calls.user(text("a")), Calls.assistant(THOUGHT, text("b"), HIDDEN, THOUGHT),
                Calls.user(text("c")));
        assertThat(marked(render(call, false, new Mark(1, 4)))).containsExactly("b");
        assertThat(render(call, false, new Mark(1, 1))).doesNotContain("cache_control");
    }

    @Test
    void a_mark_on_a_message_that_is_not_written_is_dropped() {
        ChatCall call = Calls.of(null, TOOLS, Calls.user(text("a")), Calls.assistant(text(" "), FOREIGN),
                Calls.user(text(" ")));
        assertThat(render(call, false, new Mark(1, 2))).doesNotContain("cache_control");
        assertThat(marked(render(call, false, new Mark(2, 1)))).containsExactly("(no text)");
    }

    @Property
    void marks_change_nothing_else_and_stand_where_they_may(@ForAll("calls") ChatCall call) {
        String body = AnthropicBody.of(call);
        String plain = AnthropicBody.of(Calls.hinted(call, CacheHints.none("k")));
        assertThat(body.replace(MARK, "").replace("\"system\":[{\"type\":\"text\",\"text\":\"S\"}]", "\"system\":\"S\""))
                .isEqualTo(plain);
        assertThat(AnthropicBody.of(call)).isEqualTo(body);
        List<JsonNode> marked = carriers(body);
        assertThat(marked).hasSizeLessThanOrEqualTo(4)
                .hasSize((body.length() - body.replace(MARK, "").length()) / MARK.length());
        assertThat(marked).allSatisfy(block -> assertThat(WireJson.textOrEmpty(block, "type"))
                .isIn("", "text", "image", "tool_use", "tool_result"));
    }

    @Provide
    Arbitrary<ChatCall> calls() {
        Arbitrary<Content> blocks = Arbitraries.of(text("a"), text("b"), text(" "), new Content.Refusal("No."), THOUGHT,
                HIDDEN, FOREIGN, new Content.Thinking("openai", "hm", null), new Content.Image(new ImageSource.Url("u")),
                new Content.ToolCall("1", "look", RawJson.EMPTY_OBJECT),
                new Content.ToolResult("1", List.of(text("r"), text(" ")), true));
        Arbitrary<Message> messages = Combinators.combine(Arbitraries.integers().between(0, 2), blocks.list().ofMaxSize(6))
                .as((kind, content) -> {
                    Content[] array = content.toArray(Content[]::new);
                    return kind == 0 ? Calls.user(array) : kind == 1 ? Calls.assistant(array) : Calls.tool(array);
                });
        return messages.list().ofMinSize(1).ofMaxSize(12).flatMap(history -> Combinators
                .combine(hints(history.size()), Arbitraries.of("S", " "), Arbitraries.of(TOOLS, Generation.UNDECIDED))
                .as((hints, system, generation) -> Calls.hinted(
                        Calls.of(system, generation, history.toArray(Message[]::new)), hints)));
    }

    private static Arbitrary<CacheHints> hints(int messages) {
        Arbitrary<Integer> places = Arbitraries.integers().between(0, messages * 10 - 1);
        return Combinators.combine(Arbitraries.of(true, false), places.list().ofMaxSize(8))
                .as((system, marks) -> new CacheHints("k", system,
                        new TreeSet<>(marks).stream().map(place -> new Mark(place / 10, place % 10 + 1)).toList()));
    }

    private static String render(ChatCall call, boolean afterSystem, Mark... marks) {
        return AnthropicBody.of(Calls.hinted(call, new CacheHints("k", afterSystem, List.of(marks))));
    }

    private static List<String> marked(String body) {
        return carriers(body).stream().map(block -> Objects.requireNonNull(WireJson.text(block, "text"))).toList();
    }

    private static List<JsonNode> carriers(String body) {
        return WireJson.parse(body).findParents("cache_control");
    }

    private static Content text(String text) {
        return new Content.Text(text);
    }
}

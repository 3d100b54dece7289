package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.RawJson;
import io.parley.provider.Adaptation.Kind;
import io.parley.provider.WireRules.Reasoning;
import io.parley.testing.Histories;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WireHistoryTest {
    private static final WireRules STRICT = new WireRules("p", false, false, Reasoning.NONE, true, true, false);
    private static final WireRules SIGNED = new WireRules("p", false, true, Reasoning.SIGNED, true, true, false);
    private static final WireRules PLAIN = new WireRules("p", false, true, Reasoning.NONE, false, false, true);

    @Test
    void two_inputs_after_each_other_are_one_with_both() {
        WireHistory history = WireHistory.of(List.of(user(1, "a"), user(2, "b"), Histories.assistant(3, 1, "c"),
                Histories.assistant(4, 1, "d"), user(5, "e")), STRICT);
        assertThat(told(history)).containsExactly("USER a|b", "ASSISTANT c|d", "USER e");
        assertThat(kinds(history)).containsExactly("m2 MERGED", "m4 MERGED");
    }

    @Test
    void a_text_after_results_that_were_never_answered_follows_a_bridge() {
        List<Message> messages = List.of(user(1, "a"), Histories.call(2, 1, "c"), Histories.result(3, 1, "c"), user(4, "b"));
        assertThat(told(WireHistory.of(messages, STRICT))).containsExactly("USER a", "ASSISTANT call 000002000",
                "TOOL result 000002000 42", "ASSISTANT (no reply)", "USER b");
        assertThat(told(WireHistory.of(messages, SIGNED))).containsExactly("USER a", "ASSISTANT call 000002000",
                "USER result 000002000 42|b");
    }

    @Test
    void a_greeting_is_sent_as_it_is_or_after_a_bridge() {
        List<Message> messages = List.of(Histories.assistant(1, 1, "Welcome."), user(2, "a"));
        assertThat(told(WireHistory.of(messages, STRICT))).containsExactly("USER (The assistant begins the conversation.)",
                "ASSISTANT Welcome.", "USER a");
        WireRules lenient = new WireRules("p", true, false, Reasoning.NONE, true, true, false);
        assertThat(told(WireHistory.of(messages, lenient))).containsExactly("ASSISTANT Welcome.", "USER a");
    }

    @Test
    void blank_text_is_left_out_and_an_input_of_nothing_else_says_so() {
        WireHistory history = WireHistory.of(List.of(user(1, "\u00a0"), Histories.assistant(2, 1, "\u2003\n"), user(3, "b")),
                STRICT);
        assertThat(told(history)).containsExactly("USER (no text)|b");
    }

    @Test
    void what_is_bound_to_one_provider_is_sent_to_no_other_and_comes_back_unchanged() {
        Content own = new Content.Thinking("p", "hm", "sig");
        Content hidden = new Content.Opaque("p", new RawJson("{\"type\":\"redacted_thinking\",\"data\":\"x\"}"));
        Message reply = reply(2, own, hidden, new Content.Thinking("q", "no", "sig"), new Content.Text("b"), own);
        List<Message> messages = List.of(user(1, "a"), reply, user(3, "c"));
        WireHistory back = WireHistory.of(messages, SIGNED);
        assertThat(contents(back, 1)).containsExactly(own, hidden, new Content.Text("b"));
        assertThat(kinds(back)).containsExactly("m2 BOUND_ELSEWHERE");
        WireRules other = new WireRules("other", false, true, Reasoning.SIGNED, true, true, false);
        assertThat(told(WireHistory.of(messages, other))).containsExactly("USER a", "ASSISTANT b", "USER c");
        assertThat(told(WireHistory.of(List.of(user(1, "a"), reply(2, own), user(3, "c")), SIGNED)))
                .as("nothing but reasoning").containsExactly("USER a|c");
    }

    @Test
    void names_of_tools_are_written_in_letters_that_every_server_takes() {
        assertThat(LegalBlocks.legalName("web.search über")).isEqualTo("web_search__ber");
        assertThat(LegalBlocks.legalName("n".repeat(70))).hasSize(64);
    }

    @Test
    void a_line_of_text_stands_for_a_picture_that_the_model_cannot_see() {
        WireRules blind = new WireRules("p", false, false, Reasoning.NONE, false, true, false);
        WireHistory history = WireHistory.of(List.of(pictured(1, 10)), blind);
        assertThat(told(history)).containsExactly("USER " + PictureBudget.UNSEEN);
        assertThat(kinds(history)).containsExactly("m1 PICTURE_UNSEEN");
    }

    @Test
    void the_newest_pictures_are_kept_by_number_and_by_size() {
        List<Message> many = IntStream.rangeClosed(1, 60).mapToObj(i -> pictured(i, 10, 10)).toList();
        assertThat(pictures(WireHistory.of(many.subList(0, 50), STRICT))).isEqualTo(PictureBudget.MOST);
        assertThat(pictures(WireHistory.of(many.subList(0, 51), STRICT))).as("a step").isEqualTo(PictureBudget.MOST / 2);
        assertThat(pictures(WireHistory.of(many, STRICT))).as("filled again").isEqualTo(PictureBudget.MOST / 2 + 18);
        List<Message> large = IntStream.rangeClosed(1, 9).mapToObj(i -> pictured(i, 4 * 1024 * 1024)).toList();
        WireHistory history = WireHistory.of(large, STRICT);
        assertThat(pictures(history)).isEqualTo(5);
        assertThat(kinds(history)).contains("m4 PICTURE_LEFT_OUT", "m5 PICTURE_SMALLER").doesNotContain("m5 PICTURE_LEFT_OUT");
        assertThat(told(history).getFirst()).startsWith("USER " + PictureBudget.LEFT_OUT).endsWith("image");
    }

    @Test
    void pictures_in_results_follow_them_as_the_users_where_results_are_text() {
        Message result = new Message.Tool(Histories.meta(3, 1), List.of(new Content.ToolResult("c",
                List.of(new Content.Text("seen"), picture(10)), false)));
        List<Message> messages = List.of(user(1, "a"), Histories.call(2, 1, "c"), result, user(4, "b"));
        assertThat(told(WireHistory.of(messages, STRICT))).containsExactly("USER a", "ASSISTANT call 000002000",
                "TOOL result 000002000 seen", "ASSISTANT (no reply)", "USER Images in the result of 000002000:|image|b");
        assertThat(told(WireHistory.of(messages.subList(0, 3), STRICT)).getLast())
                .isEqualTo("USER Images in the result of 000002000:|image");
    }

    @Test
    void a_result_that_failed_has_text_and_nothing_else() {
        Message failed = new Message.Tool(Histories.meta(3, 1),
                List.of(new Content.ToolResult("c", List.of(new Content.Text(" ")), true),
                        new Content.ToolResult("d", List.of(picture(10)), true),
                        new Content.ToolResult("e", List.of(new Content.Text("why"), picture(10)), true),
                        new Content.ToolResult("f", List.of(picture(10)), false)));
        List<Message> messages = List.of(user(1, "a"), Histories.call(2, 1, "c", "d", "e", "f"), failed, user(4, "b"));
        WireHistory history = WireHistory.of(messages, SIGNED);
        assertThat(told(history).getLast()).isEqualTo("USER result 000002000 error|result 000002001 error|result 000002002 why|"
                + "result 000002003 image|Images in the result of 000002001:|image|Images in the result of 000002002:|image|b");
        assertThat(kinds(history)).containsExactly("m3 PICTURES_AFTER_RESULT", "m4 MERGED");
        assertThat(told(WireHistory.of(messages, STRICT)).get(2))
                .isEqualTo("TOOL result 000002000 error|result 000002001 error|"
                        + "result 000002002 why|result 000002003 ");
    }

    @Test
    void in_plain_form_all_is_text_in_turn() {
        Message tool = new Message.Tool(Histories.meta(3, 1), List.of(new Content.ToolResult("c",
                List.of(new Content.Text("seen"), picture(10)), true)));
        WireHistory history = WireHistory.of(List.of(Histories.assistant(1, 1, "Hi"), Histories.call(2, 1, "c"), tool,
                pictured(4, 10)), PLAIN);
        assertThat(told(history)).containsExactly("USER (The assistant begins the conversation.)",
                "ASSISTANT Hi|[The tool tool is called with {}]",
                "USER [The tool fails: tool]\nseen\n" + Pictures.NOT_READ + "|" + Pictures.NOT_READ);
    }

    @Test
    void what_stands_on_a_side_that_no_provider_has_it_on_is_told() {
        Content thought = new Content.Thinking("p", "hm", "sig");
        Message drawn = reply(2, new Content.Text("Here."), picture(10), picture(10));
        Message odd = new Message.User(Histories.meta(3, 1),
                List.of(new Content.ToolCall("c", "look", RawJson.EMPTY_OBJECT), thought, new Content.Text("b")));
        Message stray = new Message.Tool(Histories.meta(4, 1), List.of(new Content.Text("no result"), picture(10)));
        List<Message> messages = List.of(user(1, "a"), drawn, odd, stray, user(5, "c"));
        for (WireRules rules : List.of(STRICT, SIGNED)) {
            WireHistory history = WireHistory.of(messages, rules);
            assertThat(told(history)).containsExactly("USER a",
                    "ASSISTANT Here.|" + Pictures.NOT_READ + "|" + Pictures.NOT_READ, "USER b|c");
            assertThat(kinds(history)).containsExactly("m2 PICTURE_OF_REPLY", "m3 MISPLACED", "m4 MISPLACED", "m5 MERGED");
        }
        assertThat(told(WireHistory.of(List.of(user(1, "a"), reply(2, picture(10)), user(3, "b")), STRICT)))
                .as("a reply of nothing else").containsExactly("USER a", "ASSISTANT " + Pictures.NOT_READ, "USER b");
    }

    @Test
    void knows_where_a_message_of_the_array_comes_from() {
        WireHistory history = WireHistory.of(List.of(user(1, "a"), Histories.call(2, 1, "c", "d"),
                Histories.result(3, 1, "c", "d"), user(4, "b")), STRICT);
        List<Integer> origins = new ArrayList<>();
        for (int i = -1; i < 8; i++) {
            origins.add(history.origin(i, true));
        }
        assertThat(origins).containsExactly(null, 0, 1, 2, 2, null, 3, null, null);
    }

    private static long pictures(WireHistory history) {
        return history.entries().stream().flatMap(entry -> entry.blocks().stream())
                .filter(block -> block.content() instanceof Content.Image).count();
    }

    private static List<String> told(WireHistory history) {
        return history.entries().stream().map(entry -> entry.role() + " " + entry.blocks().stream()
                .map(block -> told(block.content())).collect(Collectors.joining("|"))).toList();
    }

    private static String told(Content block) {
        return switch (block) {
            case Content.Text(String text) -> text;
            case Content.Refusal(String text) -> text;
            case Content.Image _ -> "image";
            case Content.ToolCall call -> "call " + call.id();
            case Content.ToolResult result -> "result " + result.callId() + " "
                    + result.content().stream().map(WireHistoryTest::told).collect(Collectors.joining(","));
            case Content.Thinking thinking -> thinking.text();
            case Content.Opaque opaque -> opaque.block().text();
        };
    }

    private static List<Content> contents(WireHistory history, int entry) {
        return history.entries().get(entry).blocks().stream().map(WireHistory.Placed::content).toList();
    }

    private static List<String> kinds(WireHistory history) {
        return history.adaptations().stream().map(note -> note.message() + " " + note.kind()).toList();
    }

    private static Message user(long sequence, String text) {
        return Histories.user(sequence, 1, text);
    }

    private static Message reply(long sequence, Content... content) {
        return new Message.Assistant(Histories.meta(sequence, 1), List.of(content), "m", null);
    }

    private static Message pictured(long sequence, int... bytes) {
        return new Message.User(Histories.meta(sequence, 1), IntStream.of(bytes).mapToObj(WireHistoryTest::picture).toList());
    }

    private static Content picture(int bytes) {
        return new Content.Image(new ImageSource.Stored("ab", "image/png", bytes, 10, 10));
    }
}

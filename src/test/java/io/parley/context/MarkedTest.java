package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.RawJson;
import io.parley.testing.Histories;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MarkedTest {

    @Test
    void of_a_content_only_what_was_said_is_text() {
        assertThat(Marked.text(List.of(new Content.Image(new ImageSource.Url("https://example.org/a.png")),
                new Content.Text("one"), new Content.ToolCall("c", "t", RawJson.EMPTY_OBJECT),
                new Content.Thinking("p", "hm", null), new Content.Opaque("p", RawJson.EMPTY_OBJECT),
                new Content.Refusal("two"), new Content.Text(""),
                new Content.ToolResult("c", List.of(new Content.Text("three")), false)))).isEqualTo("one\ntwo\nthree");
        assertThat(Marked.text(List.of())).isEmpty();
    }

    @Test
    void a_line_says_who_said_it_and_a_message_that_says_nothing_has_none() {
        assertThat(Marked.line(Histories.user(1, 1, "hi"), "m", 10)).isEqualTo("user: hi\n");
        assertThat(Marked.line(Histories.assistant(1, 1, "hi"), "m", 10)).isEqualTo("assistant: hi\n");
        assertThat(Marked.line(Histories.result(1, 1, "c"), "m", 10)).isEqualTo("tool: 42\n");
        assertThat(Marked.line(Histories.call(1, 1, "c"), "m", 10)).isEmpty();
    }

    @Test
    void what_is_too_long_is_cut_and_no_character_is_halved() {
        assertThat(Marked.line(Histories.user(1, 1, "abcdef"), "m", 6)).isEqualTo("user: abcdef\n");
        assertThat(Marked.line(Histories.user(1, 1, "abcdef"), "m", 3)).isEqualTo("user: abc…\n");
        assertThat(Marked.line(Histories.user(1, 1, "ab🙂f"), "m", 3)).isEqualTo("user: ab…\n");
        assertThat(Marked.line(Histories.user(1, 1, "ab🙂f"), "m", 4)).isEqualTo("user: ab🙂…\n");
    }

    @Test
    void a_turn_that_is_brought_back_has_its_date_and_all_who_spoke() {
        RecalledTurn turn = new RecalledTurn(List.of(Histories.user(1, 1, "q"), Histories.call(2, 1, "c"),
                Histories.result(3, 1, "c"), Histories.assistant(4, 1, "a </recalled>")), 0.5);
        assertThat(Marked.recalled(turn, 100)).isEqualTo(
                "<turn date=\"2026-11-21\">\nuser: q\ntool: 42\nassistant: a < /recalled>\n</turn>");
    }

    @Property
    void nothing_that_is_said_closes_the_mark_it_stands_in(@ForAll String before, @ForAll String after) {
        String said = before + "</summary></facts></recalled>" + after;
        Message message = Histories.user(1, 1, said);
        assertThat(Marked.summary(said)).endsWith("</summary>").containsOnlyOnce("</summary>");
        assertThat(Marked.facts(List.of(said, said))).endsWith("</facts>").containsOnlyOnce("</facts>");
        String turn = Marked.recalled(new RecalledTurn(List.of(message), 0.5), Integer.MAX_VALUE);
        assertThat(Marked.recalled(List.of(turn, turn))).endsWith("</recalled>").containsOnlyOnce("</recalled>");
    }
}

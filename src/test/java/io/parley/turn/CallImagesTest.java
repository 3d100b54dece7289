package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.WireHistory;
import io.parley.provider.WireRules;
import io.parley.provider.WireRules.Reasoning;
import io.parley.testing.Histories;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallImagesTest {
    private static final WireRules RULES = new WireRules("p", false, false, Reasoning.NONE, true, true, false);
    private static final WireRules BLIND = new WireRules("p", false, false, Reasoning.NONE, false, true, false);
    private static final Content PICTURE = new Content.Image(new ImageSource.Url("https://example.org/a.png"));

    @Test
    void a_picture_of_the_input_is_new_and_one_before_a_reply_is_old() {
        assertThat(isOld(pictured(1))).isFalse();
        assertThat(isOld(pictured(1), Histories.assistant(2, 1, "A cat."), Histories.user(3, 1, "Sure?"))).isTrue();
        assertThat(isOld(Histories.user(1, 1, "Hi"), Histories.assistant(2, 1, "Hi"), pictured(3))).isFalse();
    }

    @Test
    void an_input_that_was_never_answered_is_old_once_something_else_is_said() {
        assertThat(isOld(pictured(1), Histories.user(2, 1, "Are you there?"))).isTrue();
    }

    @Test
    void results_of_tools_go_on_with_what_the_user_said_and_may_show_pictures_themselves() {
        Message shown = new Message.Tool(Histories.meta(3, 1), List.of(new Content.ToolResult("c", List.of(PICTURE), false)));
        assertThat(isOld(pictured(1), Histories.call(2, 1, "c"), Histories.result(3, 1, "c"))).isFalse();
        assertThat(isOld(Histories.user(1, 1, "Look."), Histories.call(2, 1, "c"), shown)).isFalse();
        assertThat(isOld(Histories.user(1, 1, "Look."), Histories.call(2, 1, "c"), shown, Histories.user(4, 1, "Well?")))
                .isTrue();
    }

    @Test
    void a_picture_that_is_not_sent_anyway_is_not_lost() {
        List<Message> messages = List.of(pictured(1));
        assertThat(CallImages.areOld(WireHistory.of(messages, BLIND), messages)).isTrue();
    }

    @Test
    void each_message_with_pictures_is_told_once() {
        Message shown = new Message.Tool(Histories.meta(4, 1),
                List.of(new Content.ToolResult("c", List.of(PICTURE, PICTURE), false)));
        List<Message> messages = List.of(pictured(2), Histories.call(3, 1, "c"), shown, Histories.user(5, 1, "Well?"));
        assertThat(CallImages.shownBy(WireHistory.of(messages, RULES), messages)).containsExactly(new MessageId(2),
                new MessageId(4));
    }

    private static boolean isOld(Message... messages) {
        return CallImages.areOld(WireHistory.of(List.of(messages), RULES), List.of(messages));
    }

    private static Message pictured(long sequence) {
        return new Message.User(Histories.meta(sequence, 1), List.of(PICTURE, PICTURE));
    }
}

package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.parley.conversation.Content;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.TurnId;
import io.parley.conversation.port.Caller;
import io.parley.turn.OpenTurn.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnCommandTest {
    private static final Caller CALLER = new Caller(Owner.LOCAL);
    private static final List<Content> TEXT = List.of(new Content.Text("Hello"));
    private static final Target END = new Target.Existing(SessionId.create());
    private static final Target AGAIN = new Target.LastInput(END.session());
    private static final Target WITHIN = new Target.Within(END.session(), new MessageId(1));

    @Test
    void the_last_input_is_answered_again_without_new_content() {
        assertThat(command(AGAIN, null).said()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> command(AGAIN, TEXT));
    }

    @Test
    void a_replaced_message_needs_content() {
        assertThat(command(WITHIN, TEXT).said()).isEqualTo(TEXT);
        assertThatIllegalArgumentException().isThrownBy(() -> command(WITHIN, null));
        assertThatIllegalArgumentException().isThrownBy(() -> command(WITHIN, List.of()));
    }

    @Test
    void tool_results_stand_alone_and_at_the_end() {
        Content result = new Content.ToolResult("call-1", TEXT, false);
        assertThat(command(END, List.of(result, result)).said()).hasSize(2);
        assertThatIllegalArgumentException().isThrownBy(() -> command(END, List.of(result, TEXT.getFirst())));
        assertThatIllegalArgumentException().isThrownBy(() -> command(END, List.of(TEXT.getFirst(), result)));
        assertThatIllegalArgumentException().isThrownBy(() -> command(WITHIN, List.of(result)));
    }

    @Test
    void the_conversation_goes_on_with_content_or_as_it_stands() {
        assertThat(command(END, TEXT).said()).isEqualTo(TEXT);
        assertThat(command(END, null).said()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> command(END, List.of()));
    }

    @Test
    void only_a_message_at_the_end_follows_the_last_reply() {
        NewMessage message = new NewMessage(Role.USER, TEXT, new TokenCount(1, "o200k_base"));
        assertThat(open(command(END, TEXT), message).saysNext()).isTrue();
        assertThat(open(command(END, null), null).saysNext()).isFalse();
        assertThat(open(command(WITHIN, TEXT), message).saysNext()).isFalse();
        assertThat(open(command(AGAIN, null), null).saysNext()).isFalse();
    }

    @Test
    void the_name_of_an_opening_holds_nothing_that_may_be_long() {
        OpenTurn name = open(command(WITHIN, TEXT), new NewMessage(Role.USER, TEXT, new TokenCount(1, "o200k_base"))).name();
        assertThat(name.message()).isNull();
        assertThat(name.command()).isEqualTo(command(END, null));
    }

    private static OpenTurn open(TurnCommand command, @Nullable NewMessage message) {
        return new OpenTurn(command, TurnId.create(), message, null, Place.NONE);
    }

    private static TurnCommand command(Target target, @Nullable List<Content> said) {
        TurnCommand plain = TurnCommand.plain(CALLER, target.session().equals(END.session()) ? END : target);
        return new TurnCommand(plain.caller(), target, said, plain.options(), plain.reaction(), plain.metadata(), null);
    }
}

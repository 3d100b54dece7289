package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.Generation;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Violation;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InputRulesTest {
    private static final Content TEXT = new Content.Text("Hello");
    private static final Content RESULT = new Content.ToolResult("call-1", List.of(TEXT), false);
    private static final MessageId EARLIER = new MessageId(1);

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(request(List.of(), false, null), List.of("/content")),
                Arguments.of(request(List.of(TEXT), true, null), List.of("/content")),
                Arguments.of(request(null, true, EARLIER), List.of("/replaces", "/content")),
                Arguments.of(request(List.of(TEXT), true, EARLIER), List.of("/content", "/replaces")),
                Arguments.of(request(null, false, EARLIER), List.of("/content")),
                Arguments.of(request(List.of(), false, EARLIER), List.of("/content")),
                Arguments.of(request(List.of(RESULT, TEXT), false, null), List.of("/content")),
                Arguments.of(request(List.of(TEXT, RESULT), false, null), List.of("/content")),
                Arguments.of(request(List.of(RESULT), false, EARLIER), List.of("/content")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_contradicts_itself_is_refused_at_its_field(TurnRequest request, List<String> pointers) {
        assertThat(InputRules.violations(request)).extracting(Violation::pointer).isEqualTo(pointers);
    }

    static Stream<Arguments> taken() {
        NewMessage text = message(Role.USER, List.of(TEXT));
        return Stream.of(
                Arguments.of(request(List.of(TEXT), false, null), new Input.Say(text)),
                Arguments.of(request(List.of(TEXT, TEXT), false, null),
                        new Input.Say(message(Role.USER, List.of(TEXT, TEXT)))),
                Arguments.of(request(List.of(RESULT), false, null), new Input.Say(message(Role.TOOL, List.of(RESULT)))),
                Arguments.of(request(List.of(RESULT, RESULT), false, null),
                        new Input.Say(message(Role.TOOL, List.of(RESULT, RESULT)))),
                Arguments.of(request(List.of(TEXT), false, EARLIER), new Input.Instead(EARLIER, text)),
                Arguments.of(request(null, false, null), new Input.AsItStands()),
                Arguments.of(request(null, true, null), new Input.Again()));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void what_is_asked_for_is_what_is_answered(TurnRequest request, Input input) {
        assertThat(InputRules.violations(request)).isEmpty();
        assertThat(InputRules.input(request, (role, content) -> Uni.createFrom().item(message(role, content))).await()
                .indefinitely()).isEqualTo(input);
    }

    @Test
    void a_content_that_cannot_be_stored_is_no_input() {
        IllegalStateException why = new IllegalStateException("no room");
        assertThat(InputRules.input(request(List.of(TEXT), false, null), (_, _) -> Uni.createFrom().failure(why))
                .onFailure().recoverWithItem((Input) null).await().indefinitely()).isNull();
    }

    private static NewMessage message(Role role, List<Content> content) {
        return new NewMessage(role, content, new TokenCount(1, "o200k_base"));
    }

    private static TurnRequest request(@Nullable List<Content> content, boolean regenerate, @Nullable MessageId replaces) {
        return new TurnRequest(Owner.LOCAL, SessionId.create(), content, regenerate, replaces, null, null,
                Generation.UNDECIDED, null, null, null, RawJson.EMPTY_OBJECT, null);
    }
}

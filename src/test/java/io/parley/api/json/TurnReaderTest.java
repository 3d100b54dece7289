package io.parley.api.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IfRunning;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Violation;
import io.parley.conversation.port.Caller;
import io.parley.turn.Reaction;
import io.parley.turn.Target;
import io.parley.turn.TurnCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnReaderTest {
    private static final Caller CALLER = new Caller(Owner.LOCAL);
    private static final SessionId SESSION = SessionId.create();
    private final TurnReader reader = new TurnReader(DefaultLimits.limits());

    @Test
    void an_empty_turn_answers_the_history_as_it_stands() {
        assertThat(read("{}")).isEqualTo(TurnCommand.plain(CALLER, new Target.Existing(SESSION)));
    }

    @Test
    void a_turn_may_answer_the_last_input_again() {
        TurnCommand turn = read("{\"regenerate\":true,\"model\":\"m\"}");

        assertThat(turn.target()).isEqualTo(new Target.LastInput(SESSION));
        assertThat(turn.said()).isNull();
        assertThat(turn.options().model()).isEqualTo("m");
    }

    @Test
    void a_turn_may_say_something_instead_of_an_earlier_message() {
        TurnCommand turn = read("{\"content\":\"b\",\"replaces\":\"m3\",\"context\":{\"policy\":\"full\"}}");

        assertThat(turn.said()).containsExactly(new Content.Text("b"));
        assertThat(turn.target()).isEqualTo(new Target.Within(SESSION, new MessageId(3)));
        assertThat(turn.options().context()).hasSize(1);
    }

    @Test
    void a_turn_may_say_how_it_reacts() {
        assertThat(read("{\"content\":\"b\",\"ifRunning\":\"wait\",\"onDisconnect\":\"cancel\",\"onCrash\":\"restart\"}")
                .reaction())
                .isEqualTo(new Reaction(IfRunning.WAIT, OnDisconnect.CANCEL, OnCrash.RESTART));
    }

    @Test
    void tool_results_may_be_what_is_said() {
        assertThat(read("{\"content\":[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":\"x\"}]}").said())
                .containsExactly(new Content.ToolResult("c", List.of(new Content.Text("x")), false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            null                                                                                      | ``
            {"content":""}                                                                            | /content
            {"content":[]}                                                                            | /content
            {"content":"x","stream":true}                                                             | /stream
            {"content":"x","messages":[]}                                                             | /messages
            {"content":"x","temperature":3}                                                           | /temperature
            {"content":"x","regenerate":true}                                                         | /content
            {"content":"x","regenerate":true,"replaces":"m1"}                                         | /content
            {"content":"x","regenerate":true,"replaces":"m1"}                                         | /replaces
            {"content":[],"replaces":"m1"}                                                            | /content
            {"content":"x","regenerate":"true"}                                                       | /regenerate
            {"replaces":"m1"}                                                                         | /content
            {"content":"x","replaces":1}                                                              | /replaces
            {"content":"x","replaces":"m-1"}                                                          | /replaces
            {"regenerate":true,"replaces":"m1"}                                                       | /replaces
            {"content":[{"type":"tool-result","callId":"c","content":"x"}],"replaces":"m1"}           | /content
            {"content":[{"type":"tool-result","callId":"c","content":"x"},{"type":"text","text":"y"}]}| /content/1/type
            {"content":"x","ifRunning":"no"}                                                          | /ifRunning
            {"content":"x","metadata":5}                                                              | /metadata
            """)
    void a_broken_rule_is_named_by_its_pointer(String body, String pointer) {
        Failure.Invalid failure = catchThrowableOfType(Failure.Invalid.class, () -> {
            Object unused = read(body);
        });

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_REQUEST);
        assertThat(failure.violations()).extracting(Violation::pointer).contains(pointer);
    }

    private TurnCommand read(String body) {
        return reader.read(CALLER, SESSION, body.getBytes(UTF_8));
    }
}

package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.provider.Calls;
import io.parley.provider.Reply;
import io.parley.provider.WithFakeProvider;
import io.parley.testing.FakeReply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tool calls that their ids and numbers do not distinguish. */
class OpenAiToolCallsTest extends WithFakeProvider {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":1,"id":"a","function":{"name":"g","arguments":"{\\"q\\":2}"}} | f 1, g 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":1,"id":"a","function":{"name":"f","arguments":"{\\"q\\":2}"}} | f 1, f 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":1,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} | f 1, f 1
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"a","function":{"name":"g","arguments":"{\\"q\\":2}"}} | f 1, g 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":2}"}} | f 1, f 2
            {"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"id":"a","function":{"name":"g","arguments":"{\\"q\\":2}"}}                     | f 1, g 2
            {"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"id":"a","function":{"name":"f","arguments":"{\\"q\\":2}"}}                     | f 1, f 2
            {"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}},{"id":"a","function":{"name":"g","arguments":"{\\"q\\":2}"}}                       | f 1, g 2
            {"id":"a","function":{"name":"f","arguments":{"q":1}}} ; {"id":"a","function":{"name":"f","arguments":{"q":2}}}                                 | f 1, f 2
            {"function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"function":{"name":"g","arguments":"{\\"q\\":2}"}}                                       | f 1, g 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"b","function":{"name":"f","arguments":"{\\"q\\": 1}"}} | f 1, f 1
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"","function":{"name":"f","arguments":"{\\"q\\":2}"}}  | f 1, f 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":1,"id":"","function":{"name":"f","arguments":"{\\"q\\":1}"}}  | f 1, f 1
            {"id":"","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"id":"","function":{"name":"f","arguments":"{\\"q\\":1}"}}                       | f 1, f 1
            {"index":0,"id":"a","function":{"name":"f","arguments":"{"}} ; {"index":1,"id":"a","function":{"name":"f","arguments":"{\\"q\\":"}} ; {"index":0,"id":"a","function":{"arguments":"\\"q\\":1}"}} ; {"index":1,"id":"a","function":{"arguments":"2}"}} | f 1, f 2
            {"index":0,"id":"a","function":{"name":"f","arguments":"{"}} ; {"index":1,"id":"a","function":{"name":"g","arguments":"{\\"q\\":"}} ; {"index":0,"function":{"arguments":"\\"q\\":1}"}} ; {"index":1,"function":{"arguments":"2}"}} | f 1, g 2
            {"id":"a","function":{"name":"f","arguments":"{"}},{"id":"a","function":{"name":"g","arguments":"{"}} ; {"id":"a","function":{"arguments":"\\"q\\":1}"}},{"id":"a","function":{"arguments":"\\"q\\":2}"}} | f 1, g 2
            {"index":0,"id":"a","function":{"name":"f","arguments":""}} ; {"index":0,"function":{"arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"a","function":{"name":"g","arguments":""}} ; {"index":0,"function":{"arguments":"{\\"q\\":2}"}} | f 1, g 2
            """)
    void calls_under_one_id_are_told_apart_and_get_an_id_each(String deltas, String expected) {
        fake.then(streamed(deltas));
        Reply reply = reply();
        assertThat(reply.toolCalls()).extracting(OpenAiToolCallsTest::told).containsExactly(expected.split(", "));
        assertThat(reply.toolCalls()).extracting(Content.ToolCall::id).doesNotHaveDuplicates().doesNotContain("");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    }

    @Test
    void the_first_call_of_an_id_keeps_it_and_no_id_of_ours_is_another_calls() {
        fake.then(FakeReply.stream().bytes(data("{\"id\":\"c1\",\"choices\":[{\"delta\":{\"tool_calls\":["
                + "{\"index\":0,\"id\":\"call_c1_1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                + "{\"index\":1,\"id\":\"call_c1_1\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}},"
                + "{\"index\":2,\"function\":{\"name\":\"h\",\"arguments\":\"{}\"}}]}}]}"))
                .bytes(data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")).end());
        List<Content.ToolCall> calls = reply().toolCalls();
        assertThat(calls).extracting(Content.ToolCall::name).containsExactly("f", "g", "h");
        assertThat(calls.getFirst().id()).isEqualTo("call_c1_1");
        assertThat(calls.get(2).id()).isEqualTo("call_c1_2");
        assertThat(calls).extracting(Content.ToolCall::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            the whole call once more at the end      | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":"}} ; {"index":0,"function":{"arguments":"1}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q":1}
            id and name with each piece              | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":{\\"r\\":2}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":""}} | {"q":{"r":2}}
            the name with each piece, without an id  | {"index":0,"function":{"name":"f","arguments":"{\\"q\\":\\"}"}} ; {"index":0,"function":{"name":"f","arguments":"\\"}"}} ; {"index":0,"function":{"name":"f","arguments":null}} | {"q":"}"}
            an empty object before the pieces        | {"index":0,"id":"a","function":{"name":"f","arguments":"{}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q":1}
            another number with a later piece        | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":"}} ; {"index":1,"id":"a","function":{"arguments":"1}"}} | {"q":1}
            the whole call with other spaces         | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\": "}} ; {"index":0,"function":{"arguments":"1}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q": 1}
            the whole call in another order          | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1,\\"r\\":2}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"r\\":2,\\"q\\":1}"}} | {"q":1,"r":2}
            the whole call as an object              | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\": 1}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":{"q":1}}} | {"q": 1}
            the whole call with an empty id          | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\": 1}"}} ; {"index":0,"id":"","function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q": 1}
            the whole call without an id             | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q":1}
            the whole arguments without the name     | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} ; {"index":0,"id":"a","function":{"arguments":"{\\"q\\":1}"}} | {"q":1}
            the whole call with another number form  | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1.0}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":1}"}} | {"q":1.0}
            a letter that is escaped once            | {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":\\"\\u00e4\\"}"}} ; {"index":0,"id":"a","function":{"name":"f","arguments":"{\\"q\\":\\"\\\\u00e4\\"}"}} | {"q":"ä"}
            """)
    void one_call_that_is_repeated_or_comes_in_odd_pieces_stays_one(String what, String deltas, String arguments) {
        fake.then(streamed(deltas));
        Reply reply = reply();
        assertThat(reply.toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.name()).isEqualTo("f");
            assertThat(call.arguments().text()).isEqualTo(arguments);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "[null]", "[{}]", "[{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"\"}}]" })
    void a_call_of_which_nothing_is_said_takes_nothing_from_the_text(String calls) {
        String delta = "{\"choices\":[{\"delta\":{\"content\":\"Four.\",\"tool_calls\":" + calls + "}}]}";
        fake.then(FakeReply.stream().bytes(data(delta))
                .bytes(data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}")).end());
        assertThat(reply().text()).isEqualTo("Four.");
    }

    private static String told(Content.ToolCall call) {
        return call.name() + " " + call.arguments().text().replaceAll("\\D", "");
    }

    private static Reply reply() {
        return Reply.of(parts.stream(OpenAiChatProvider.PROTOCOL, fake.openAiUrl(), Calls.hello()));
    }

    private static FakeReply streamed(String deltas) {
        FakeReply reply = FakeReply.stream();
        Stream.of(deltas.split(" ; "))
                .forEach(calls -> reply.bytes(data("{\"choices\":[{\"delta\":{\"tool_calls\":[" + calls + "]}}]}")));
        return reply.bytes(data("{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}")).bytes(data("[DONE]")).end();
    }

    private static byte[] data(String event) {
        return ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

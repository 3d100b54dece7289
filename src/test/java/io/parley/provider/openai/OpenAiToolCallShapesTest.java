package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.provider.Calls;
import io.parley.provider.Reply;
import io.parley.provider.WithFakeProvider;
import io.parley.testing.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tool calls and refusals in shapes that OpenAI does not use: Parley reads each of them whole or fails the call. */
class OpenAiToolCallShapesTest extends WithFakeProvider {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "tool_calls":[{"id":"a","type":"function","function":{"name":"f","parameters":{"q":1}}}]
            "tool_calls":[{"id":"a","type":"function","function":{"name":"f","input":{"q":1}}}]
            "tool_calls":[{"id":"a","name":"f","input":"{\\"q\\":1}"}]
            "tool_calls":[{"id":"a","function":{"name":"f","arguments":null,"parameters":"{\\"q\\":1}"}}]
            "tool_calls":[{"id":"a","function":{"name":"f","arguments":{},"parameters":{"q":1}}}]
            "tool_calls":[{"id":"a","function":{"name":"f"},"arguments":{"q":1}}]
            "tool_calls":[{"id":"a","function":{"name":"f","description":"Looks.","arguments":{"q":1}},"extra_content":{"s":"t"}}]
            "tool_calls":{"id":"a","type":"function","name":"f","arguments":{"q":1}}
            "tool_calls":{"name":"f","input":{"q":1}}
            "tool_calls":{"0":{"id":"a","function":{"name":"f","arguments":{"q":1}}}}
            "function_call":[{"name":"f","arguments":"{\\"q\\":1}"}]
            "function_call":{"name":"f","parameters":{"q":1}}
            """)
    void a_call_is_read_whole_in_other_shapes(String call) {
        answer("\"content\":\"I look.\"," + call);
        for (int i = 0; i < 2; i++) {
            assertThat(reply().toolCalls()).singleElement().satisfies(read -> {
                assertThat(read.name()).isEqualTo("f");
                assertThat(read.arguments().text()).isEqualTo("{\"q\":1}");
            });
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "tool_calls":[{"id":"a","function":{"name":"f","args":{"q":1}}}]
            "tool_calls":[{"id":"a","function":{"name":"f","arguments":"","kwargs":"{}"}}]
            "tool_calls":[{"id":"a","name":"f","args":{"q":1}}]
            "tool_calls":[{"id":"a","tool":{"name":"f","arguments":{}}}]
            "tool_calls":["{\\"name\\":\\"f\\"}"]
            "tool_calls":[[{"name":"f"}]]
            "tool_calls":"[{\\"name\\":\\"f\\"}]"
            "function_call":"{\\"name\\":\\"f\\"}"
            "function_call":"f"
            "refusal":{"reason":"No."}
            "refusal":[{"reason":"No."}]
            "content":[{"type":"refusal","reason":"No."}]
            """)
    void a_shape_that_is_not_known_fails_although_there_is_text(String member) {
        answer("\"reasoning\":\"Hm.\",\"text\":\"\"," + (member.contains("content") ? "" : "\"content\":\"I look.\",")
                + member);
        for (int i = 0; i < 2; i++) {
            assertThat(reply().failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "refusal":"No."
            "refusal":["N","o."]
            "refusal":[{"type":"refusal","refusal":"No."}]
            "refusal":{"text":"No."}
            "refusal":{"content":"No."}
            """)
    void a_refusal_may_be_a_list_or_an_object(String refusal) {
        answer("\"content\":null," + refusal);
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.refusal()).isEqualTo("No.");
            assertThat(reply.finished().reason()).isEqualTo(FinishReason.REFUSAL);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "tool_calls":"null"
            "tool_calls":"[]"
            "tool_calls":{}
            "function_call":"none"
            "function_call":"auto"
            "function_call":""
            "refusal":[]
            "refusal":{"type":"refusal","refusal":null}
            """)
    void a_member_that_says_nothing_takes_nothing_from_the_text(String member) {
        answer("\"content\":\"Four.\"," + member);
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.text()).isEqualTo("Four.");
            assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        }
    }

    /** Prepares two answers with these members, a streamed answer and a whole one. */
    private static void answer(String members) {
        String end = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}";
        fake.then(FakeReply.stream().bytes(data("{\"choices\":[{\"delta\":{" + members + "}}]}")).bytes(data(end)).end(),
                FakeReply.status(200)
                        .body("{\"choices\":[{\"message\":{" + members + "},\"finish_reason\":\"stop\"}]}"));
    }

    private static Reply reply() {
        return Reply.of(parts.stream(OpenAiChatProvider.PROTOCOL, fake.openAiUrl(), Calls.hello()));
    }

    private static byte[] data(String event) {
        return ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

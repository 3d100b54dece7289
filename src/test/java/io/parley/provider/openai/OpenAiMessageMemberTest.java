package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.provider.Calls;
import io.parley.provider.Reply;
import io.parley.provider.WithFakeProvider;
import io.parley.testing.FakeReply;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams whose content stands in {@code message}, beside deltas that hold none of it. */
class OpenAiMessageMemberTest extends WithFakeProvider {
    private static final String END = "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":3}}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a chunk without a message follows    | "delta":{},"message":{"content":"Four."},"finish_reason":"stop"
            an empty message follows             | "delta":{},"message":{"content":"Four."} ; "delta":{},"message":{}
            a message of null follows            | "delta":{},"message":{"content":"Four."} ; "delta":{},"message":null
            a message of empty text follows      | "delta":{},"message":{"content":"Four."} ; "delta":{},"message":{"role":"assistant","content":""}
            increments                           | "delta":{"role":"assistant"},"message":{"content":"Fo"} ; "delta":{},"message":{"content":"ur."}
            increments and the whole             | "delta":{},"message":{"content":"Fo"} ; "delta":{},"message":{"content":"ur."} ; "delta":{},"message":{"content":"Four."}
            the text so far each time            | "delta":{},"message":{"content":"F"} ; "delta":{},"message":{"content":"Four"} ; "delta":{},"message":{"content":"Four."}
            parts                                | "delta":{},"message":{"content":[{"type":"text","text":"Fo"}]} ; "delta":{},"message":{"content":[{"type":"text","text":"ur."}]}
            the last message without a delta     | "delta":{},"message":{"content":"Fo"} ; "message":{"content":"ur."}
            the whole once more without a delta  | "delta":{},"message":{"content":"Four."} ; "message":{"content":"Four."}
            an empty text in the deltas          | "delta":{"content":""},"message":{"content":"Fo"} ; "delta":{"content":""},"message":{"content":"ur."}
            """)
    void text_beside_empty_deltas_is_whole(String what, String choices) {
        fake.then(streamed(choices));
        Reply reply = reply();
        assertThat(reply.text()).isEqualTo("Four.");
        assertThat(reply.finished().reason()).isEqualTo(FinishReason.STOP);
        assertThat(reply.finished().usage().outputTokens()).isEqualTo(3);
    }

    @Test
    void reasoning_before_text_and_calls_are_whole_too() {
        fake.then(streamed("\"delta\":{},\"message\":{\"reasoning\":\"H\"} ; \"delta\":{},\"message\":{\"reasoning\":\"m.\"} ; "
                + "\"delta\":{},\"message\":{\"content\":\"Fo\"} ; \"delta\":{},\"message\":{\"content\":\"ur.\"}"),
                streamed("\"delta\":{},\"message\":{\"reasoning\":\"H\"} ; "
                        + "\"delta\":{},\"message\":{\"reasoning\":\"Hm.\",\"content\":\"Four.\"}"));
        for (int i = 0; i < 2; i++) {
            Reply reply = reply();
            assertThat(reply.thinking()).isEqualTo("Hm.");
            assertThat(reply.text()).isEqualTo("Four.");
        }
    }

    @Test
    void calls_beside_empty_deltas_are_whole() {
        String call = "{\"id\":\"%s\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}";
        String message = "\"delta\":{},\"message\":{\"content\":%s,\"tool_calls\":[%s]}";
        String a = call.formatted("a");
        String b = call.formatted("b");
        fake.then(streamed(message.formatted("null", a) + " ; " + message.formatted("null", b)),
                streamed(message.formatted("\"I\"", a) + " ; " + message.formatted("\"I look.\"", a + "," + b)));
        for (String text : new String[] { "", "I look." }) {
            Reply reply = reply();
            assertThat(reply.text()).isEqualTo(text);
            assertThat(reply.toolCalls()).extracting(Content.ToolCall::id).containsExactly("a", "b");
        }
    }

    @Test
    void a_message_that_accompanies_the_text_of_deltas_adds_nothing() {
        fake.then(streamed("\"delta\":{},\"message\":{\"content\":\"Fo\"} ; "
                + "\"delta\":{\"content\":\"Four.\"},\"message\":{\"content\":\"Four.\"}"));
        assertThat(reply().text()).isEqualTo("Four.");
    }

    private static Reply reply() {
        return Reply.of(parts.stream(OpenAiChatProvider.PROTOCOL, fake.openAiUrl(), Calls.hello()));
    }

    private static FakeReply streamed(String choices) {
        FakeReply reply = FakeReply.stream();
        Stream.of(choices.split(" ; ")).forEach(choice -> reply.bytes(data("{\"choices\":[{" + choice + "}]}")));
        return reply.bytes(data(END)).bytes(data("[DONE]")).end();
    }

    private static byte[] data(String event) {
        return ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}

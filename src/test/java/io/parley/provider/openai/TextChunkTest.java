package io.parley.provider.openai;

import static io.parley.testing.JsonTexts.member;
import static io.parley.testing.JsonTexts.object;
import static io.parley.testing.JsonTexts.usually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ChunkMutations;
import io.parley.provider.ReplyOutcome;
import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextChunkTest {

    @Property(tries = 5_000)
    void what_is_read_fast_is_what_the_whole_says(@ForAll("events") SseEvent event) {
        OpenAiReader fast = new OpenAiReader();
        OpenAiReader thorough = new OpenAiReader();

        assertThat(ReplyOutcome.of(fast, sink -> fast.read(event, sink)))
                .isEqualTo(ReplyOutcome.of(thorough, sink -> thorough.readAny(event, sink)));
    }

    @Property(tries = 5_000)
    void a_stream_that_is_read_fast_says_what_the_whole_says(@ForAll("streams") List<Buffer> stream) {
        OpenAiReader fast = new OpenAiReader();
        OpenAiReader thorough = new OpenAiReader();

        assertThat(ReplyOutcome.of(fast, sink -> stream.forEach(new ReplyReading(fast, sink)::write)))
                .isEqualTo(ReplyOutcome.of(thorough,
                        sink -> ReplyReading.events(stream).forEach(event -> thorough.readAny(event, sink))));
    }

    @Provide
    Arbitrary<List<Buffer>> streams() {
        String chunk = "{\"id\":\"r1\",\"created\":17,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,"
                + "\"finish_reason\":null}],\"usage\":null,\"obfuscation\":\"%p\"}";
        // A call without an id of its own gets an id that begins with the id of the reply.
        String end = "{\"id\":\"r1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        return ChunkMutations.streams("message", end, List.of(chunk, chunk.replace("r1", "r2"), chunk.replace("17", "18"),
                chunk.replace("\"index\":0", "\"index\":1"), chunk.replace("content", "reasoning"),
                chunk.replace("\"content\"", "\"role\":\"assistant\",\"content\""), chunk.replace("delta", "message"),
                chunk.replace("\"content\"", "\"content\":\"%s\",\"content\""), chunk.replace(",\"obfuscation\":\"%p\"", ""),
                chunk.replace("{\"id\"", "{\"p\":\"%p\",\"id\""),
                chunk.replace("\"finish_reason\":null", "\"finish_reason\":\"stop\""),
                end, chunk.replace("%s", "\\ud83d"), "{\"choices\":[{\"text\":\"%s\"}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"{}\"}}]}}]}"));
    }

    @Example
    void the_tokens_of_a_usual_stream_are_read_fast() {
        for (TokenStream stream : List.of(TokenStream.OPENAI_SHORT, TokenStream.OPENAI_RECORDED)) {
            ReplyReading reading = OpenAiReading.start(_ -> {
            });
            stream.cut(200).forEach(reading::write);
            assertThat(reading.fast()).isEqualTo(199);
        }
    }

    @Example
    void bytes_that_are_no_character_are_read_all_the_same() {
        List<ReplyEvent> said = new ArrayList<>();
        OpenAiReading.start(said::add).write(Buffer.buffer("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a")
                .appendByte((byte) 0xC3).appendString("b\"}}]}\n\n"));
        assertThat(said).containsExactly(new ReplyEvent.Text("a\uFFFDb"));
    }

    @Provide
    Arbitrary<SseEvent> events() {
        return Combinators.combine(usually(Arbitraries.just("message"), Arbitraries.of("error")), chunk(),
                usually(Arbitraries.just(""), Arbitraries.of(" ", "x", "}", " {}")))
                .as((type, chunk, rest) -> new SseEvent(type, chunk + rest, ""));
    }

    private static Arbitrary<String> chunk() {
        return object(
                List.of(member("id", "\"r1\"", "\"r2\"", "\"\"", "null", "3"), member("choices", choices(), "[]", "null", "{}"),
                        member("usage", "null", "{\"prompt_tokens\":3}", "{}"),
                        member("error", "null", "{\"message\":\"no\"}", "\"no\""),
                        member("detail", "null", "\"no\""),
                        member("object", "\"chat.completion.chunk\"", "\"error\"", "{\"a\":[{}]}")));
    }

    private static Arbitrary<String> choices() {
        Arbitrary<String> choice = choice();
        return usually(choice, Combinators.combine(choice, choice).as((one, other) -> one + "," + other))
                .map(choices -> "[" + choices + "]");
    }

    private static Arbitrary<String> choice() {
        return object(List.of(member("index", "0", "1", "null", "\"0\"", "0.0", "12345678901"),
                member("delta", delta(), "null", "\"x\"", "[]", "{}"),
                member("finish_reason", "null", "\"\"", "\"stop\"", "\"error\""),
                member("logprobs", "null", "{\"content\":[{\"token\":\"x\"}]}")));
    }

    private static Arbitrary<String> delta() {
        return object(List.of(
                member("content", Arbitraries.of("\"a\"", "\"Grüße 🙂\"", "\"\\ud83d\""), "\"\"", "null", "7", "{}"),
                member("role", "\"assistant\"", "null"), member("refusal", "null", "\"no\""),
                member("reasoning", "null", "\"hm\""), member("reasoning_content", "null", "\"hm\""),
                member("tool_calls", "null",
                        "[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]")));
    }
}

package io.parley.provider.anthropic;

import static io.parley.testing.JsonTexts.member;
import static io.parley.testing.JsonTexts.object;
import static io.parley.testing.JsonTexts.usually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.provider.ChunkMutations;
import io.parley.provider.ReplyOutcome;
import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextDeltaTest {
    /** A call without an id of its own gets an id that begins with the id of the reply. */
    private static final SseEvent START = new SseEvent("message_start",
            "{\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}", "");
    private static final SseEvent BEGIN = new SseEvent("content_block_start",
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}", "");

    @Property(tries = 5_000)
    void what_is_read_fast_is_what_the_whole_says(@ForAll("events") SseEvent event) {
        AnthropicReader fast = new AnthropicReader();
        AnthropicReader thorough = new AnthropicReader();

        assertThat(ReplyOutcome.of(fast, sink -> {
            fast.read(BEGIN, sink);
            fast.read(event, sink);
        })).isEqualTo(ReplyOutcome.of(thorough, sink -> {
            thorough.readAny(BEGIN, sink);
            thorough.readAny(event, sink);
        }));
    }

    @Property(tries = 5_000)
    void a_stream_that_is_read_fast_says_what_the_whole_says(@ForAll("streams") List<Buffer> stream) {
        AnthropicReader fast = new AnthropicReader();
        AnthropicReader thorough = new AnthropicReader();

        assertThat(ReplyOutcome.of(fast, sink -> {
            fast.read(START, sink);
            fast.read(BEGIN, sink);
            stream.forEach(new ReplyReading(fast, sink)::write);
        })).isEqualTo(ReplyOutcome.of(thorough, sink -> {
            thorough.readAny(START, sink);
            thorough.readAny(BEGIN, sink);
            ReplyReading.events(stream).forEach(event -> thorough.readAny(event, sink));
        }));
    }

    @Provide
    Arbitrary<List<Buffer>> streams() {
        String delta = "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}";
        String end = "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}";
        return ChunkMutations.streams("content_block_delta", end, List.of(delta, delta.replace("\"index\":0", "\"index\":1"),
                delta.replace("text_delta", "output_text_delta"), delta.replace("text_delta", "thinking_delta"),
                delta.replace("\"text\":", "\"later\":\"x\",\"text\":"),
                delta.replace("\"text\":", "\"text\":\"%s\",\"text\":"),
                delta.replace("\"text\":", "\"thinking\":"), "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\"}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{}}",
                "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":\"%s\"}}",
                end, "{\"type\":\"message_stop\"}"));
    }

    @Example
    void the_tokens_of_a_usual_stream_are_read_fast() {
        ReplyReading reading = AnthropicReading.start(_ -> {
        });
        reading.read(BEGIN);
        TokenStream.ANTHROPIC_RECORDED.cut(200).forEach(reading::write);
        assertThat(reading.fast()).isEqualTo(199);
    }

    @Provide
    Arbitrary<SseEvent> events() {
        return Combinators
                .combine(usually(Arbitraries.just("content_block_delta"), Arbitraries.of("message", "error")), event(),
                        usually(Arbitraries.just(""), Arbitraries.of(" ", "x", "}", " {}")))
                .as((type, event, rest) -> new SseEvent(type, event + rest, ""));
    }

    private static Arbitrary<String> event() {
        return object(List.of(
                member("type", "\"content_block_delta\"", "\"error\"", "\"content_block_stop\"", "\"later\"", "null", "4"),
                member("index", "0", "1", "null", "\"0\"", "0.0", "12345678901"),
                member("delta", delta(), "null", "\"x\"", "[]", "{}"), member("error", "null", "{\"type\":\"x\"}"),
                member("later", "{\"a\":[{}]}", "null")));
    }

    private static Arbitrary<String> delta() {
        return object(List.of(member("text", Arbitraries.of("\"a\"", "\"Grüße 🙂\"", "\"\\ud83d\""), "\"\"", "null", "7", "{}"),
                member("type", "\"text_delta\"", "\"thinking_delta\"", "\"later\"", "null"),
                member("thinking", "\"hm\"", "null"),
                member("later", "[1]", "null")));
    }
}

package io.parley.provider.anthropic;

import static io.parley.testing.JsonTexts.member;
import static io.parley.testing.JsonTexts.object;
import static io.parley.testing.JsonTexts.usually;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.provider.ReplyOutcome;
import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import io.parley.testing.TokenStream;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextDeltaTest {
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

    @Example
    void the_tokens_of_a_usual_stream_are_read_fast() {
        assertThat(ReplyReading.events(TokenStream.ANTHROPIC_RECORDED.whole(20)))
                .allSatisfy(event -> assertThat(TextDelta.of(event.bytes())).isNotNull());
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

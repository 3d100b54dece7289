package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.provider.ReplyReading;
import io.parley.provider.anthropic.AnthropicReading;
import io.parley.provider.openai.OpenAiReading;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Allocations;
import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that one token takes on its way. What makes it dearer by half is no accident and shows here first. */
@Tag("measuring")
class TokenAllocationTest {
    private static final int TOKENS = 20_000;
    private static final int TOKENS_A_BUFFER = 10;
    private static final long MEASURED_FROM_OPENAI = 67;
    private static final long MEASURED_FROM_ANTHROPIC = 64;
    private static final long MEASURED_TO_CLIENT = 275;
    private static final long MEASURED_TO_LOG = 239;
    /** Nobody may leave out what would otherwise come to nothing. */
    private volatile long written;

    @Test
    void reading_a_token_from_openai() {
        assertThat(reading(TokenStream.OPENAI_RECORDED, OpenAiReading.start(_ -> {
        }))).isLessThan(withMargin(MEASURED_FROM_OPENAI));
    }

    @Test
    void reading_a_token_from_anthropic() {
        assertThat(reading(TokenStream.ANTHROPIC_RECORDED, AnthropicReading.start(_ -> {
        }))).isLessThan(withMargin(MEASURED_FROM_ANTHROPIC));
    }

    @Test
    void writing_a_token_to_a_client() {
        assertThat(writing(events -> {
            Buffer buffer = Buffer.buffer();
            events.forEach(event -> TokenPath.toClient(event, buffer));
            return buffer.length();
        })).isLessThan(withMargin(MEASURED_TO_CLIENT));
    }

    @Test
    void writing_a_token_to_the_log() {
        assertThat(writing(events -> LogEntries.of(events, Integer.MAX_VALUE).size()))
                .isLessThan(withMargin(MEASURED_TO_LOG));
    }

    private static long reading(TokenStream stream, ReplyReading reading) {
        List<Buffer> chunks = stream.cut(TOKENS);
        return Allocations.bytesPerStep(TOKENS, () -> chunks.forEach(reading::write));
    }

    private long writing(ToLongFunction<List<NumberedEvent>> encoder) {
        List<NumberedEvent> events = LongStream.rangeClosed(1, TOKENS_A_BUFFER)
                .mapToObj(id -> new NumberedEvent(1_000 + id, new TurnEvent.Delta(" keeps"))).toList();
        return Allocations.bytesPerStep(TOKENS, () -> {
            long sum = 0;
            for (int i = 0; i < TOKENS / TOKENS_A_BUFFER; i++) {
                sum += encoder.applyAsLong(events);
            }
            written = sum;
        });
    }

    private static long withMargin(long measured) {
        return measured * 3 / 2;
    }
}

package io.parley.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SseRoundTripTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIMIT = SseDecoder.DEFAULT_MAX_EVENT_BYTES;

    @Property
    void what_is_written_is_read(@ForAll String text) throws JsonProcessingException {
        String sound = new String(text.getBytes(UTF_8), UTF_8);
        Buffer wire = Buffer.buffer();
        SseEncoder.comment(wire, "keep-alive");
        SseEncoder.write(wire, "7", "delta", JSON.writeValueAsString(sound));
        List<SseEvent> events = decode(wire, List.of(wire.length())).events();
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().type()).isEqualTo("delta");
        assertThat(events.getFirst().lastEventId()).isEqualTo("7");
        assertThat(JSON.readValue(events.getFirst().data(), String.class)).isEqualTo(sound);
    }

    @Property
    void cuts_do_not_matter(@ForAll @Size(max = 12) List<Piece> pieces, @ForAll long seed) {
        Buffer wire = Buffer.buffer();
        pieces.forEach(piece -> wire.appendString(piece.text));
        Decoded whole = decode(wire, List.of(wire.length()));
        assertThat(decode(wire, oneByOne(wire.length()))).isEqualTo(whole);
        assertThat(decode(wire, anywhere(wire.length(), new Random(seed)))).isEqualTo(whole);
    }

    @Test
    void an_event_whose_data_is_appended_is_one_like_any_other() {
        Buffer whole = Buffer.buffer();
        SseEncoder.write(whole, "7", "delta", "{}");
        Buffer inParts = Buffer.buffer();
        SseEncoder.begin(inParts, 7, "delta");
        SseEncoder.end(inParts.appendString("{}"));
        assertThat(inParts).isEqualTo(whole);
        assertThatThrownBy(() -> SseEncoder.begin(inParts, 8, "a\nb")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_field_is_one_line() {
        Buffer wire = Buffer.buffer();
        assertThatThrownBy(() -> SseEncoder.write(wire, null, null, "a\nb")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SseEncoder.write(wire, "1\r", null, "{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SseEncoder.write(wire, "\0", null, "{}")).isInstanceOf(IllegalArgumentException.class);
        assertThat(wire.length()).isZero();
    }

    @Test
    void what_is_not_given_is_not_written() {
        Buffer wire = Buffer.buffer();
        SseEncoder.retry(wire, Duration.ofSeconds(2));
        SseEncoder.write(wire, null, null, "{}");
        assertThat(wire).hasToString("retry: 2000\n\ndata: {}\n\n");
    }

    private static Decoded decode(Buffer wire, List<Integer> ends) {
        List<SseEvent> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(LIMIT, events::add);
        int from = 0;
        for (int to : ends) {
            decoder.write(wire.getBuffer(from, to));
            from = to;
        }
        SseEvent pending = decoder.end();
        return new Decoded(events, pending, decoder.unknownLines(), decoder.retry(), decoder.lastEventId());
    }

    private static List<Integer> oneByOne(int length) {
        return IntStream.rangeClosed(1, length).boxed().toList();
    }

    private static List<Integer> anywhere(int length, Random random) {
        List<Integer> ends = new ArrayList<>(random.ints(5, 0, length + 1).sorted().boxed().toList());
        ends.add(length);
        return ends;
    }

    /** All that a decoder has to say. */
    private record Decoded(List<SseEvent> events, @Nullable SseEvent pending, String unknownLines, OptionalLong retry,
            String lastEventId) {}

    /** What streams are made of, likely to go wrong at its borders. */
    enum Piece {
        BOM("\uFEFF"),
        LF("\n"),
        CR("\r"),
        CRLF("\r\n"),
        DATA("data: häß🙂\n"),
        END("\n\n"),
        EVENT("event: x\r"),
        ID("id: 1\r\n"),
        RETRY("retry: 5\r"),
        COMMENT(": c\n"),
        UNKNOWN("error 🙂"),
        SPACE(" "),
        NO_COLON("data"),
        LONG("data: " + "1234567 ".repeat(80));

        private final String text;

        Piece(String text) {
            this.text = text;
        }
    }
}

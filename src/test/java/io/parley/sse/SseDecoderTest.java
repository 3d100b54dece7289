package io.parley.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseDecoderTest {
    private final List<SseEvent> events = new ArrayList<>();
    private final SseDecoder decoder = new SseDecoder(1000, events::add);

    @Test
    void joins_the_data_lines_of_one_event() {
        decode("data: YHOO\ndata: +2\ndata: 10\n\n");
        assertThat(events).containsExactly(new SseEvent("message", "YHOO\n+2\n10", ""));
    }

    @Test
    void a_type_holds_for_its_own_event() {
        decode("event: ab\ndata: 1\n\nevent: ab\ndata: 2\n\nevent: ac\ndata: 3\n\nevent: a\ndata: 4\n\ndata: 5\n\nevent: é\ndata: 6\n\n");
        assertThat(events).extracting(SseEvent::type).containsExactly("ab", "ab", "ac", "a", "message", "é");
    }

    @Test
    void events_are_equal_if_all_they_say_is() {
        SseEvent event = new SseEvent("a", "b", "c");
        decode("event: a\ndata: b\nid: c\n\n");
        assertThat(events).containsExactly(event);
        assertThat(events.getFirst()).hasSameHashCodeAs(event).hasToString(event.toString());
        assertThat(event).isNotEqualTo(new SseEvent("x", "b", "c")).isNotEqualTo(new SseEvent("a", "x", "c"))
                .isNotEqualTo(new SseEvent("a", "b", "x")).isNotEqualTo("a");
    }

    @Test
    void offers_the_data_of_one_line_before_an_event_is_made_of_it_however_it_is_cut() {
        String stream = ": hi\nevent: ab\ndata: 1\n\ndata: 2\r\n\r\ndata: a\ndata: b\n\nid: 7\ndata\n\ndata: ü\n\ndata: 3";
        for (int length = 1; length <= stream.length(); length++) {
            OfferedData offered = new OfferedData();
            SseDecoder taken = new SseDecoder(1000, offered);
            byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
            for (int from = 0; from < bytes.length; from += length) {
                taken.write(Buffer.buffer(bytes).slice(from, Math.min(bytes.length, from + length)));
            }
            assertThat(offered.heard).containsExactly("ab 1", "message 2", "event a\nb", "message ", "message ü");
            assertThat(taken.end()).isEqualTo(new SseEvent("message", "3", "7"));
        }
    }

    /** Takes all that it is offered. */
    private static final class OfferedData implements SseListener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public boolean onData(String type, byte[] bytes, int from, int to) {
            heard.add(type + " " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
            return true;
        }

        @Override
        public void onEvent(SseEvent event) {
            heard.add("event " + event.data());
        }
    }

    @Test
    void takes_one_space_off_a_value_and_no_more() {
        decode("data:a\n\ndata: b\n\ndata:  c\n\ndata:\td\n\n");
        assertThat(events).extracting(SseEvent::data).containsExactly("a", "b", " c", "\td");
    }

    @Test
    void an_empty_data_line_is_an_event_and_no_data_line_is_none() {
        decode("data\n\ndata\ndata\n\nevent: ping\n\ndata:\n\n");
        assertThat(events).extracting(SseEvent::type).containsOnly("message");
        assertThat(events).extracting(SseEvent::data).containsExactly("", "\n", "");
    }

    @Test
    void every_kind_of_line_end_ends_a_line() {
        decode("data: a\r\ndata: b\rdata: c\ndata: d\r\n\r\ndata: e\r\rdata: f\n\n");
        assertThat(events).extracting(SseEvent::data).containsExactly("a\nb\nc\nd", "e", "f");
    }

    @Test
    void a_line_is_complete_at_a_carriage_return_before_the_next_byte_comes() {
        decode("data: a\r\r");
        assertThat(events).extracting(SseEvent::data).containsExactly("a");
        decode("\ndata: b\n\n");
        assertThat(events).extracting(SseEvent::data).containsExactly("a", "b");
    }

    @Test
    void an_id_stays_until_another_one_comes() {
        decode("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\nid: 2\nid: x\0y\ndata: d\n\n");
        assertThat(events).extracting(SseEvent::lastEventId).containsExactly("1", "1", "", "2");
        decode("id: 3\n");
        assertThat(decoder.lastEventId()).isEqualTo("2");
        decode("\n");
        assertThat(decoder.lastEventId()).isEqualTo("3");
    }

    @Test
    void a_retry_is_digits_only() {
        decode("retry: 10s\nretry: -1\nretry:\nretry: 12345678901234567890\n");
        assertThat(decoder.retry()).isEmpty();
        decode("retry: 2500\n");
        assertThat(decoder.retry()).hasValue(2500);
    }

    @Test
    void drops_one_byte_order_mark() {
        decode("\uFEFFdata: a\n\n\uFEFFdata: b\n\n");
        assertThat(events).extracting(SseEvent::data).containsExactly("a");
        assertThat(decoder.unknownLines()).isEqualTo("\uFEFFdata: b\n");
    }

    @Test
    void invalid_bytes_become_the_replacement_character() {
        decoder.write(Buffer.buffer("data: ").appendByte((byte) 0xC3).appendString("\n\n"));
        assertThat(events).extracting(SseEvent::data).containsExactly("\uFFFD");
    }

    @Test
    void keeps_lines_that_are_no_field() {
        decode(": comment\n{\n  \"error\": {}\n}\nData: x\n\n");
        assertThat(events).isEmpty();
        assertThat(decoder.unknownLines()).isEqualTo("{\n  \"error\": {}\n}\nData: x\n");
    }

    @Test
    void offers_the_event_that_was_pending_at_the_end() {
        decode("event: last\nid: 9\ndata: a\ndata: [DONE]");
        assertThat(decoder.end()).isEqualTo(new SseEvent("last", "a\n[DONE]", "9"));
        assertThat(events).isEmpty();
    }

    @Test
    void nothing_is_pending_after_an_empty_line() {
        decode("data: a\n\n: bye");
        assertThat(decoder.end()).isNull();
    }

    @Test
    void an_event_beyond_the_limit_is_refused() {
        decode("data: " + "x".repeat(992) + "\n\n");
        assertThat(events).hasSize(1);
        assertThatThrownBy(() -> decode("data: " + "x".repeat(995))).isInstanceOf(SseTooLargeException.class);
    }

    @Test
    void comments_and_unknown_lines_count_for_the_limit_too() {
        assertThatThrownBy(() -> decode(": flood\n".repeat(200))).isInstanceOf(SseTooLargeException.class);
        assertThatThrownBy(() -> new SseDecoder(1000, events::add).write(Buffer.buffer("flood\n".repeat(200))))
                .isInstanceOf(SseTooLargeException.class);
    }

    private void decode(String text) {
        decoder.write(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
    }
}

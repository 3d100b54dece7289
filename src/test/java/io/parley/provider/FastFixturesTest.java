package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Failure;
import io.parley.conversation.ReplyEvent;
import io.parley.provider.anthropic.AnthropicReading;
import io.parley.provider.openai.OpenAiReading;
import io.parley.sse.SseDecoder;
import io.parley.sse.SseEvent;
import io.parley.sse.SseListener;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jspecify.annotations.Nullable;

/** In every recorded stream, a piece of text like the piece before is read without a parser. */
class FastFixturesTest {
    private static final Path WIRE = Path.of("src/test/resources/wire");
    private static final int TIMES = 100;
    /** In these streams a piece begins a block, is a list, or comes with its number or with usage. */
    private static final Set<String> SAY_MORE = Set.of("128-text-in-block-start.sse", "mistral-stream.sse",
            "together-stream.sse",
            "vllm-stream.sse");

    static List<Path> streams() throws IOException {
        try (Stream<Path> files = Files.walk(WIRE)) {
            return files.filter(file -> file.toString().endsWith(".sse")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_piece_like_the_one_before_needs_no_parser(Path file) throws IOException {
        Counting counting = new Counting(file);
        counting.read(Files.readAllBytes(file));
        assertThat(counting.fast).isEqualTo(counting.alike);
    }

    @Test
    void if_each_piece_came_100_times_99_of_them_would_need_no_parser_but_where_pieces_say_more_than_their_text()
            throws IOException {
        int texts = 0;
        int fast = 0;
        for (Path file : streams()) {
            Counting counting = new Counting(file);
            counting.repeat = TIMES;
            counting.read(Files.readAllBytes(file));
            boolean isOrdinary = !SAY_MORE.contains(file.getFileName().toString());
            texts += isOrdinary ? counting.texts : 0;
            fast += isOrdinary ? counting.fast : 0;
        }
        assertThat(texts).isGreaterThan(50 * TIMES);
        assertThat(fast).isGreaterThanOrEqualTo(texts * 99 / 100);
    }

    /** Reads one stream, and counts its pieces of text, those that are like the piece before, and those that were read fast. */
    private static final class Counting implements SseListener {
        private final ReplyReader reader;
        private final ReplySink sink = new ReplySink(Long.MAX_VALUE, this::said);
        private @Nullable JsonNode before;
        private boolean said;
        private int repeat = 1;
        private int texts;
        private int alike;
        private int fast;

        Counting(Path file) {
            reader = file.getParent().endsWith("anthropic") ? AnthropicReading.reader() : OpenAiReading.reader();
        }

        void read(byte[] stream) {
            try {
                new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, this).write(Buffer.buffer(stream));
            } catch (Failure.Provider failed) {
                assertThat(failed).as("some recorded streams end so").isNotNull();
            }
        }

        private void said(ReplyEvent event) {
            said |= event instanceof ReplyEvent.Text;
        }

        @Override
        public boolean onData(String type, byte[] bytes, int from, int to) {
            SseEvent event = new SseEvent(type, new String(bytes, from, to - from, StandardCharsets.UTF_8), "");
            boolean again = take(event);
            for (int i = 1; again && i < repeat; i++) {
                again = take(event);
            }
            return true;
        }

        /** Returns whether it was a piece of text. */
        private boolean take(SseEvent event) {
            said = false;
            boolean taken = reader.readText(event.type(), event.bytes(), 0, event.bytes().length, sink);
            if (!taken) {
                reader.read(event, sink);
            }
            if (said) {
                JsonNode shape = shape(event);
                texts++;
                fast += taken ? 1 : 0;
                alike += shape.equals(before) ? 1 : 0;
                before = shape;
            }
            return said;
        }

        private static JsonNode shape(SseEvent event) {
            JsonNode chunk = WireJson.parse(event.bytes());
            ((ObjectNode) chunk).remove(List.of("obfuscation", "p"));
            JsonNode delta = chunk.path("choices").path(0).path("delta");
            blank(delta, "content");
            blank(chunk.path("delta"), "text");
            return event.startsWith('{') ? chunk : MissingNode.getInstance();
        }

        private static void blank(JsonNode holder, String text) {
            if (holder.path(text).isTextual()) {
                ((ObjectNode) holder).put(text, "");
            }
        }

        @Override
        public void onEvent(SseEvent event) {
            reader.read(event, sink);
        }
    }
}

package io.parley.provider;

import io.parley.sse.SseDecoder;
import io.parley.sse.SseEvent;
import io.parley.sse.SseListener;
import io.parley.sse.SseTooLargeException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The body of an answer. Parley decides by the body itself how to read it, not by the form that it asked for. */
sealed interface AnswerBody permits AnswerBody.Events, AnswerBody.Collected, UnlabelledBody {
    Pattern ENCODED = Pattern.compile("gzip|deflate|br|zstd|compress|dcb|dcz|exi|pack200", Pattern.CASE_INSENSITIVE);

    /** The body that follows this head. */
    static AnswerBody of(HttpClientResponse head, UpstreamConfig config, InstantSource clock, ReplyReader reader,
            ReplySink sink) {
        // Some servers answer every POST with 201.
        if (head.statusCode() / 100 != 2) {
            return new Collected(config.maxErrorBytes(), true, text -> {
                throw ErrorClassifier.ofAnswer(head.statusCode(), head.headers(), text, clock);
            });
        }
        if (isEncoded(head.getHeader("content-encoding"))) {
            throw ErrorClass.NOT_THE_API.failure();
        }
        return new UnlabelledBody(head.getHeader("content-type"), () -> new Events(config.maxEventBytes(), reader, sink),
                () -> new Collected(config.maxJsonBytes(), false, text -> reader.readWhole(text, sink)));
    }

    /** Takes the next bytes. */
    void write(Buffer chunk);

    /** Says that no more come. */
    void end();

    /**
     * Returns whether the bytes so far are enough. For an error the status alone is enough. The reader of a JSON value finds
     * out at the end whether the value is whole.
     */
    boolean isEnough();

    /** Some servers write a charset or {@code none} here, which is no encoding. */
    private static boolean isEncoded(@Nullable String header) {
        return header != null && ENCODED.matcher(header).find();
    }

    /** A stream of events. */
    final class Events implements AnswerBody, SseListener {
        private final SseDecoder decoder;
        private final ReplyReader reader;
        private final ReplySink sink;

        Events(int maxEventBytes, ReplyReader reader, ReplySink sink) {
            this.reader = reader;
            this.sink = sink;
            this.decoder = new SseDecoder(maxEventBytes, this);
        }

        @Override
        public void write(Buffer chunk) {
            try {
                decoder.write(chunk);
            } catch (SseTooLargeException e) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }

        @Override
        public void end() {
            SseEvent pending = decoder.end();
            if (pending != null && isWhole(pending.data())) {
                onEvent(pending);
            } else if (pending != null && (sink.wentOn() || BrokenEvent.mayHaveContent(pending.data()))) {
                // Every event of such a stream may have a reason, so an earlier reason does not make the reply whole without
                // this event.
                throw ErrorClass.STREAM_TRUNCATED.failure();
            }
            String unknown = decoder.unknownLines();
            if (!reader.isFinished() && unknown.contains("\"error\"")) {
                throw ErrorClassifier.ofEvent(WireJson.parse(unknown.substring(Math.max(0, unknown.indexOf('{')))));
            }
        }

        @Override
        public boolean isEnough() {
            return false;
        }

        @Override
        public boolean onData(String type, byte[] bytes, int from, int to) {
            boolean taken = isOpen() && reader.readText(type, bytes, from, to, sink);
            if (taken) {
                sink.eventRead(reader.isFinished());
            }
            return taken;
        }

        /** Reads an event. Some servers write no empty line between their events, so each line of the data may be an event. */
        @Override
        public void onEvent(SseEvent event) {
            if (event.startsWith('{') && event.hasLines() && !isOne(event.data())) {
                event.data().lines().filter(line -> !line.isBlank())
                        .forEach(line -> readOne(new SseEvent(event.type(), line, event.lastEventId())));
            } else {
                readOne(event);
            }
        }

        private void readOne(SseEvent event) {
            if (isOpen()) {
                reader.read(event, sink);
                sink.eventRead(reader.isFinished());
            }
        }

        private boolean isOpen() {
            return !reader.isEnded() && !sink.isFull();
        }

        private static boolean isWhole(String data) {
            return isOne(data) || data.lines().filter(line -> !line.isBlank()).allMatch(Events::isOne);
        }

        private static boolean isOne(String data) {
            return data.strip().equals("[DONE]") || WireJson.parse(data.getBytes(StandardCharsets.UTF_8)).isObject();
        }
    }

    /** A text that is understood only as a whole; of an error's text the beginning is enough. */
    final class Collected implements AnswerBody {
        private final int maxBytes;
        private final boolean error;
        private final Consumer<String> whole;
        private final Buffer text = Buffer.buffer();

        Collected(int maxBytes, boolean error, Consumer<String> whole) {
            this.maxBytes = maxBytes;
            this.error = error;
            this.whole = whole;
        }

        @Override
        public void write(Buffer chunk) {
            int room = maxBytes - text.length();
            text.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
            if (chunk.length() > room) {
                tooLong();
            }
        }

        private void tooLong() {
            if (error) {
                end();
            }
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }

        @Override
        public void end() {
            whole.accept(text.toString());
        }

        @Override
        public boolean isEnough() {
            return error || WireJson.parse(text.getBytes()).isObject();
        }
    }
}

package io.parley.api;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.Cursor;
import io.parley.stream.CursorListener;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The event of one token to the bytes that a client is sent. */
@State(Scope.Thread)
public class TurnSourceBenchmark {
    private static final int EVENTS = 10;
    private static final String SENTENCE = "„Größer“ is the word that was looked for, said the \"clerk\" ";
    @Param({ " keeps", "日本", SENTENCE })
    private String text;
    private List<NumberedEvent> events;
    private final TurnSource source = new TurnSource(
            new EventStreams.Wanted(new SessionId("0198d4c1.9f6b"), new TurnId("0198d4c2"), 0, false), new Nothing());

    @Setup
    public void prepare() {
        events = IntStream.rangeClosed(1, EVENTS).mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(text))).toList();
    }

    @Benchmark
    public Buffer alone() {
        Buffer buffer = Buffer.buffer();
        source.write(buffer, events.getFirst());
        return buffer;
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Buffer together() {
        Buffer buffer = Buffer.buffer();
        events.forEach(event -> source.write(buffer, event));
        return buffer;
    }

    private static final class Nothing implements Cursor<NumberedEvent> {
        @Override
        public void listen(CursorListener listener) {
            // There is no news.
        }

        @Override
        public List<NumberedEvent> take() {
            return List.of();
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}

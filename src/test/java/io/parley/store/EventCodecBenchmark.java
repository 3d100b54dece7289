package io.parley.store;

import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Events of one token each to what Redis keeps of them, and back. */
@State(Scope.Thread)
public class EventCodecBenchmark {
    private static final int BATCH = 50;
    private final List<NumberedEvent> events = IntStream.rangeClosed(1, BATCH)
            .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(" keeps"))).toList();
    private final String stored = events.stream().map(EventCodec::encode).collect(Collectors.joining(",", "[", "]"));

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<String> encode() {
        return LogEntries.of(events, Integer.MAX_VALUE);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<NumberedEvent> decode() {
        return EventCodec.decode(stored, 0);
    }
}

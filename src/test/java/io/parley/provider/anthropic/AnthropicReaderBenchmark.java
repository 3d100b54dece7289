package io.parley.provider.anthropic;

import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import io.parley.testing.TokenStream;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Anthropic's event of one token to our own. */
@State(Scope.Thread)
public class AnthropicReaderBenchmark {
    private static final int TOKENS = 1_000;
    private final List<SseEvent> events = ReplyReading.events(TokenStream.ANTHROPIC_RECORDED.whole(TOKENS));

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void read(Blackhole out) {
        ReplyReading reading = AnthropicReading.start(out::consume);
        events.forEach(reading::read);
    }
}

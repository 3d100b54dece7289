package io.parley.provider.openai;

import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import io.parley.testing.TokenStream;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** OpenAI's event of one token to our own. */
@State(Scope.Thread)
public class OpenAiReaderBenchmark {
    private static final int TOKENS = 1_000;
    @Param({ "OPENAI_SHORT", "OPENAI_RECORDED" })
    private TokenStream stream;
    private List<SseEvent> events;

    @Setup
    public void prepare() {
        events = ReplyReading.events(stream.whole(TOKENS));
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void read(Blackhole out) {
        ReplyReading reading = OpenAiReading.start(out::consume);
        events.forEach(reading::read);
    }
}

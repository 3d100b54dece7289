package io.parley.sse;

import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes of one token, cut anywhere or not at all, to its event. */
@State(Scope.Thread)
public class SseDecoderBenchmark {
    private static final int TOKENS = 1_000;
    @Param
    private TokenStream stream;
    private List<Buffer> whole;
    private List<Buffer> cut;

    @Setup
    public void prepare() {
        whole = stream.whole(TOKENS);
        cut = stream.cut(TOKENS);
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void whole(Blackhole out) {
        decode(whole, out);
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void cut(Blackhole out) {
        decode(cut, out);
    }

    private static void decode(List<Buffer> chunks, Blackhole out) {
        SseDecoder decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, out::consume);
        chunks.forEach(decoder::write);
    }
}

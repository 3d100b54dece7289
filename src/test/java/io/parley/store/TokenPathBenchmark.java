package io.parley.store;

import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** All that one token goes through, from the bytes of OpenAI's chunk to those for the client and for the log. */
@State(Scope.Thread)
public class TokenPathBenchmark {
    private static final int TOKENS = 1_000;
    @Param({ "OPENAI_SHORT", "OPENAI_RECORDED" })
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
    public long whole() {
        return relay(whole);
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public long cut() {
        return relay(cut);
    }

    private static long relay(List<Buffer> chunks) {
        TokenPath path = new TokenPath();
        long bytes = 0;
        for (Buffer chunk : chunks) {
            bytes += path.write(chunk);
        }
        return bytes;
    }
}

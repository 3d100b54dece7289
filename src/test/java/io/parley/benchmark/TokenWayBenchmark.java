package io.parley.benchmark;

import io.parley.testing.TokenStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The whole way of one token, each as an event of its own: {@code ./mvnw verify -Pjmh -Djmh=TokenWay}. The difference between
 * {@code PARLEY} and {@code VERTX} is the cost of the service itself; the latter gets whole events only.
 * {@code -Djmh="TokenWay -p streams=100"} chooses.
 */
@State(Scope.Thread)
public class TokenWayBenchmark {
    private static final int TOKENS = 1_000;
    /** How many times as long a reply is as the tokens of an operation, while all is warmed up. */
    private static final int ROUNDS = 10;
    @Param({ "PARLEY", "VERTX" })
    private TokenWay.Relay relay;
    @Param({ "1", "100" })
    private int streams;
    @Param({ "OPENAI_RECORDED", "ANTHROPIC_RECORDED" })
    private TokenStream stream;
    @Param({ "false", "true" })
    private boolean cut;
    private TokenWay way;
    private Compiler compiler;
    private long tokens;

    /** The replies of each iteration are new, so that none becomes longer than replies are. */
    @Setup(Level.Trial)
    public void warmUp() {
        way = new TokenWay(relay, streams, Pieces.of(stream, cut && relay == TokenWay.Relay.PARLEY, TOKENS));
        compiler = new Compiler();
        compiler.awaitQuiet(() -> {
            way.begin();
            way.send(TOKENS / streams * ROUNDS);
            way.end();
        });
    }

    @Setup(Level.Iteration)
    public void begin() {
        way.begin();
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public void token() {
        way.send(TOKENS / streams);
        tokens += TOKENS;
    }

    @TearDown(Level.Iteration)
    public void end() {
        way.end();
    }

    @TearDown(Level.Trial)
    public void close() {
        System.out.printf("%n# %s%n", compiler.since(tokens));
        way.close();
    }
}

package io.parley.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.parley.testing.TokenStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory that one token takes on its whole way, the sockets in memory and Vert.x included. */
@Tag("measuring")
class TokenWayAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int STREAMS = 20;
    private static final int TOKENS = 1_000;
    private static final int ROUNDS = 8;

    /** @param measured bytes, of which a token may take half as much again before that counts as no accident */
    @ParameterizedTest
    @CsvSource({ "OPENAI_RECORDED, 3417", "ANTHROPIC_RECORDED, 2878" })
    void a_token_from_the_provider_to_the_client_and_the_log(TokenStream stream, long measured) {
        long least = Long.MAX_VALUE;
        try (TokenWay way = new TokenWay(TokenWay.Relay.PARLEY, STREAMS, Pieces.of(stream, false, TOKENS))) {
            for (int round = 0; round < ROUNDS; round++) {
                way.begin();
                long before = THREADS.getTotalThreadAllocatedBytes();
                way.send(TOKENS);
                least = Math.min(least, THREADS.getTotalThreadAllocatedBytes() - before);
                way.end();
            }
        }
        assertThat(least / TOKENS / STREAMS).isLessThan(measured * 3 / 2);
    }
}

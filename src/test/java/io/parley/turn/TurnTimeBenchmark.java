package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How long a turn takes in a session of 10,000 messages, compared with one of 100, when both send the same window. Not a
 * test: {@code ./mvnw test -Dtest=TurnTimeBenchmark} prints the ratio of the medians of several interleaved rounds.
 */
@QuarkusTest
@TestProfile(Quick.class)
class TurnTimeBenchmark extends TurnApi {
    private static final int BATCH = 500;
    private static final int WARM_UP = 300;
    private static final int ROUNDS = 7;
    private static final int TURNS_A_ROUND = 100;

    @Test
    void a_turn_after_10000_messages_takes_as_long_as_one_after_100() {
        provider.always(FakeReply.saying("A short ", "reply."));
        String small = sessionWith(100);
        String large = sessionWith(10_000);
        time(small, WARM_UP);
        time(large, WARM_UP);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double few = time(small, TURNS_A_ROUND);
            double many = time(large, TURNS_A_ROUND);
            ratios.add(many / few);
            System.out.printf(Locale.ROOT, "round %d: %.2f ms after 100 messages, %.2f ms after 10,000: %.3f%n", round + 1, few,
                    many, many / few);
        }
        Collections.sort(ratios);
        System.out.printf(Locale.ROOT, "median ratio %.3f (%.3f to %.3f)%n", ratios.get(ROUNDS / 2), ratios.getFirst(),
                ratios.getLast());
    }

    /** Takes turns; the median of a turn's time in milliseconds. */
    @CanIgnoreReturnValue
    private double time(String id, int turns) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            long start = System.nanoTime();
            assertThat(client.say(id, "And now?").status()).isEqualTo(201);
            times.add(System.nanoTime() - start);
        }
        Collections.sort(times);
        return times.get(turns / 2) / 1e6;
    }

    private String sessionWith(int messages) {
        String id = client.createSession("{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"sliding-window\","
                + "\"maxMessages\":20,\"trimTo\":1}}");
        for (int from = 0; from < messages; from += BATCH) {
            String list = IntStream.range(from, Math.min(messages, from + BATCH))
                    .mapToObj(i -> "{\"role\":\"" + (i % 2 == 0 ? "user" : "assistant")
                            + "\",\"content\":\"A message of always the same length, number " + (10_000 + i) + ".\"}")
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(client.send("POST", "/sessions/" + id + "/messages", list).status()).isEqualTo(201);
        }
        return id;
    }
}

package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.context.Learned;
import io.parley.context.LearnedModels;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisLearnedModelsTest extends WithRedis {
    private static final String MODEL = "claude opus|5 \"ü\"";
    private static final SessionId ONE = SessionId.create();
    private static final SessionId OTHER = SessionId.create();

    private static LearnedModels models() {
        return stores.models();
    }

    @Test
    void nothing_is_known_of_a_model_that_has_never_answered() {
        assertThat(await(models().find(MODEL))).isEqualTo(Learned.NOTHING);
    }

    @Test
    void the_ratio_is_the_mean_of_the_samples() {
        assertThat(await(models().learn(MODEL, 1.2))).isEqualTo(new Learned(1.2, 1, 0));
        assertThat(await(models().learn(MODEL, 1.4))).isEqualTo(new Learned(1.3, 2, 0));
        assertThat(await(models().learn(MODEL, 1.6))).isEqualTo(new Learned(1.4, 3, 0));
        assertThat(await(models().find(MODEL))).isEqualTo(new Learned(1.4, 3, 0));
        assertThat(await(models().find("another"))).isEqualTo(Learned.NOTHING);
    }

    @Test
    void after_twenty_samples_each_further_one_counts_for_a_twentieth() {
        for (int i = 0; i < 25; i++) {
            await(models().learn(MODEL, 1));
        }
        Learned learned = await(models().learn(MODEL, 2));
        assertThat(learned.samples()).isEqualTo(Learned.MOST_SAMPLES);
        assertThat(learned.ratio()).isCloseTo(1 + 1.0 / 20, within(1e-6));
    }

    @Test
    void a_sample_beyond_the_bounds_is_taken_as_the_nearest_one_within() {
        assertThat(await(models().learn(MODEL, 1e9)).ratio()).isEqualTo(3.0);
        assertThat(await(models().learn("another", -4)).ratio()).isEqualTo(0.5);
    }

    @Test
    void a_ratio_that_was_stored_beyond_the_bounds_is_brought_back() {
        server.command("HSET " + Keys.model(MODEL) + " ratio 900 n 20");
        assertThat(await(models().find(MODEL)).ratio()).isEqualTo(3.0);
        assertThat(await(models().learn(MODEL, 1)).ratio()).isEqualTo(3.0);
        assertThat(await(models().learn(MODEL, 1)).ratio()).isCloseTo(2.9, within(1e-6));
    }

    @Test
    void samples_that_come_at_one_time_all_count() {
        Learned last = await(Uni.join().all(IntStream.range(0, 12).mapToObj(i -> models().learn(MODEL, 1 + i / 10.0)).toList())
                .andFailFast().chain(() -> models().find(MODEL)));
        assertThat(last.samples()).isEqualTo(12);
        assertThat(last.ratio()).isCloseTo(1.55, within(1e-4));
    }

    @Test
    void a_limit_holds_once_two_sessions_have_met_the_same_one() {
        assertThat(await(models().limit(MODEL, ONE, 100_000)).limit()).isZero();
        assertThat(await(models().limit(MODEL, ONE, 100_000)).limit()).isZero();
        assertThat(await(models().limit(MODEL, OTHER, 90_000)).limit()).isZero();
        assertThat(await(models().limit(MODEL, ONE, 100_000)).limit()).isZero();
        assertThat(await(models().limit(MODEL, OTHER, 100_000)).limit()).isEqualTo(100_000);
        assertThat(await(models().limit(MODEL, OTHER, 50_000)).limit()).isEqualTo(100_000);
        assertThat(await(models().limit(MODEL, ONE, 50_000)).limit()).isEqualTo(50_000);
        assertThat(await(models().find("another")).limit()).isZero();
    }

    @Test
    void what_is_learned_of_the_ratio_and_of_the_limit_does_not_meet() {
        await(models().limit(MODEL, ONE, 100_000));
        await(models().limit(MODEL, OTHER, 100_000));
        await(models().learn(MODEL, 1.5));
        assertThat(await(models().find(MODEL))).isEqualTo(new Learned(1.5, 1, 100_000));
    }

    @ParameterizedTest
    @ValueSource(longs = { -1, 0, 1_023, 10_000_001, Long.MAX_VALUE })
    void a_limit_that_cannot_be_is_ignored(long limit) {
        await(models().limit(MODEL, ONE, limit));
        assertThat(await(models().limit(MODEL, OTHER, limit))).isEqualTo(Learned.NOTHING);
        assertThat(server.command("EXISTS " + Keys.model(MODEL))).isEqualTo(":0");
    }

    @Test
    void a_limit_ends_after_an_hour_unless_it_is_stated_again() {
        await(models().limit(MODEL, ONE, 100_000));
        await(models().limit(MODEL, OTHER, 100_000));
        makeOlder(Duration.ofMinutes(50));
        assertThat(await(models().find(MODEL)).limit()).isEqualTo(100_000);
        makeOlder(Duration.ofMinutes(11));
        assertThat(await(models().find(MODEL)).limit()).isZero();
        assertThat(await(models().learn(MODEL, 1)).limit()).isZero();
        assertThat(await(models().limit(MODEL, ONE, 100_000)).limit()).isEqualTo(100_000);
    }

    @Test
    void a_call_that_was_taken_ends_a_limit_below_it_and_what_was_seen_of_that() {
        await(models().limit(MODEL, ONE, 100_000));
        await(models().limit(MODEL, OTHER, 100_000));
        assertThat(await(models().taken(MODEL, 100_000)).limit()).isEqualTo(100_000);
        assertThat(await(models().taken(MODEL, 100_001)).limit()).isZero();
        assertThat(await(models().limit(MODEL, ONE, 100_000)).limit()).isZero();
        assertThat(await(models().limit(MODEL, OTHER, 100_000)).limit()).isEqualTo(100_000);
    }

    private static void makeOlder(Duration by) {
        server.command("HINCRBY " + Keys.model(MODEL) + " since " + -by.toSeconds());
    }

    @Test
    void each_write_lets_what_is_known_live_for_ninety_days_more() {
        await(models().learn(MODEL, 1));
        assertRenewedBy(() -> await(models().learn(MODEL, 1)));
        assertRenewedBy(() -> await(models().limit(MODEL, ONE, 100_000)));
    }

    private static void assertRenewedBy(Runnable write) {
        server.command("PEXPIRE " + Keys.model(MODEL) + " 60000");
        write.run();
        long life = Long.parseLong(server.command("TTL " + Keys.model(MODEL)).substring(1));
        assertThat(life).isBetween(Duration.ofDays(89).toSeconds(), Duration.ofDays(90).toSeconds());
    }

    @Test
    void the_name_of_a_model_is_part_of_the_key_only_hashed() {
        assertThat(Keys.model(MODEL)).matches("parley:model:[0-9a-f]{64}");
    }
}

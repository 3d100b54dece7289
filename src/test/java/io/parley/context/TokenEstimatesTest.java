package io.parley.context;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.store.WithRedis;
import io.parley.testing.Models;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEstimatesTest extends WithRedis {
    private static final Model MODEL = Models.counted("estimated", "o200k_base", 100_000, 1_000, Counting.ESTIMATED);
    private static final Model EXACT = Models.counted("exact", "o200k_base", 100_000, 1_000,
            new Counting(true, Counting.ESTIMATED.images()));
    private static final RawTokens SENT = new RawTokens(1_000, 0);
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private final TokenEstimates estimates = fresh();

    /** A process of its own on the same store. */
    private TokenEstimates fresh() {
        InstantSource clock = now::get;
        return new TokenEstimates(stores.models(), clock);
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    private static Usage usage(long input) {
        return new Usage(input, 0, 0, 10, 0, false);
    }

    private static void learn(double ratio, int times) {
        for (int i = 0; i < times; i++) {
            await(stores.models().learn(MODEL.name(), ratio));
        }
    }

    private static Learned stored() {
        return await(stores.models().find(MODEL.name()));
    }

    private static void eventually(Runnable assertion) {
        Awaitility.await().untilAsserted(assertion::run);
    }

    @Test
    void a_model_of_which_nothing_is_known_gets_the_whole_margin() {
        assertThat(estimates.scale(MODEL)).isEqualTo(new TokenScale(MODEL, 1.3, 100_000));
        await(estimates.prepare(MODEL));
        assertThat(estimates.scale(MODEL)).isEqualTo(new TokenScale(MODEL, 1.3, 100_000));
    }

    @ParameterizedTest
    @CsvSource({ "1, 1.24", "2, 1.18", "3, 1.12", "4, 1.06", "5, 1.0", "12, 1.0" })
    void the_margin_falls_until_enough_is_learned(int samples, double margin) {
        learn(1.5, samples);
        await(estimates.prepare(MODEL));
        assertThat(estimates.scale(MODEL).factor()).isCloseTo(1.5 * margin, within(1e-9));
    }

    @Test
    void exact_counts_stay_as_they_are() {
        estimates.report(EXACT, SENT, usage(2_000));
        await(stores.models().learn(EXACT.name(), 2));
        await(estimates.prepare(EXACT));
        assertThat(estimates.scale(EXACT).factor()).isEqualTo(1);
        assertThat(await(stores.models().find(EXACT.name())).samples()).isEqualTo(1);
    }

    @Test
    void a_report_is_learned_by_this_process_and_by_others() {
        estimates.report(MODEL, SENT, usage(1_500));
        eventually(() -> assertThat(estimates.scale(MODEL).factor()).isCloseTo(1.5 * 1.24, within(1e-9)));
        TokenEstimates other = fresh();
        await(other.prepare(MODEL));
        assertThat(other.scale(MODEL)).isEqualTo(estimates.scale(MODEL));
    }

    @Test
    void images_have_no_part_in_the_ratio() {
        estimates.report(MODEL, new RawTokens(1_000, 5_000), usage(6_200));
        eventually(() -> assertThat(stored()).isEqualTo(new Learned(1.2, 1, 0)));
    }

    @Test
    void what_teaches_nothing_is_not_reported() {
        estimates.report(MODEL, SENT, new Usage(2_000, 0, 0, 10, 0, true));
        estimates.report(MODEL, SENT, usage(199));
        estimates.report(MODEL, new RawTokens(199, 0), usage(2_000));
        estimates.report(MODEL, new RawTokens(1_000, 1_900), usage(2_000));
        estimates.report(MODEL, new RawTokens(200, 0), usage(200));
        eventually(() -> assertThat(stored()).isEqualTo(new Learned(1, 1, 0)));
    }

    @Test
    void a_model_that_is_known_well_is_reported_once_in_a_while() {
        learn(1, Learned.MOST_SAMPLES);
        await(estimates.prepare(MODEL));
        estimates.report(MODEL, SENT, usage(2_000));
        eventually(() -> assertThat(estimates.scale(MODEL).factor()).isCloseTo(1.05, within(1e-6)));
        estimates.report(MODEL, SENT, usage(3_000));
        pass(TokenEstimates.BETWEEN_REPORTS);
        estimates.report(MODEL, SENT, usage(2_050));
        eventually(() -> assertThat(estimates.scale(MODEL).factor()).isCloseTo(1.1, within(1e-6)));
        assertThat(stored().ratio()).isCloseTo(1.1, within(1e-6));
    }

    @Test
    void a_limit_below_the_catalogues_holds_once_another_session_has_met_it() {
        await(estimates.stated(EXACT, SessionId.create(), 64_000));
        assertThat(estimates.scale(EXACT).limit()).isEqualTo(100_000);
        untilLimitIs(64_000);
        await(estimates.stated(EXACT, SessionId.create(), 200_000));
        await(estimates.stated(EXACT, SessionId.create(), 200_000));
        assertThat(estimates.scale(EXACT).limit()).isEqualTo(100_000);
    }

    /** Reports the limit from new sessions until it is stored, because on a busy machine a report may come too late. */
    private void untilLimitIs(long limit) {
        eventually(() -> {
            await(estimates.stated(EXACT, SessionId.create(), limit));
            assertThat(estimates.scale(EXACT).limit()).isEqualTo(limit);
        });
    }

    @Test
    void a_call_that_went_beyond_a_limit_ends_it() {
        untilLimitIs(64_000);
        estimates.report(EXACT, SENT, usage(60_000));
        estimates.report(EXACT, SENT, new Usage(70_000, 0, 0, 10, 0, true));
        assertThat(estimates.scale(EXACT).limit()).isEqualTo(64_000);
        estimates.report(EXACT, SENT, usage(70_000));
        eventually(() -> assertThat(estimates.scale(EXACT).limit()).isEqualTo(100_000));
        assertThat(await(stores.models().find(EXACT.name())).limit()).isZero();
    }

    @Test
    void what_others_learn_is_fetched_again_after_some_time_without_waiting_for_it() {
        await(estimates.prepare(MODEL));
        learn(2, 5);
        await(estimates.prepare(MODEL));
        assertThat(estimates.scale(MODEL).factor()).isEqualTo(1.3);
        pass(TokenEstimates.FRESH);
        await(estimates.prepare(MODEL));
        eventually(() -> assertThat(estimates.scale(MODEL).factor()).isEqualTo(2));
    }

    @Test
    void remembers_no_more_models_than_its_bound_and_those_used_last() {
        learn(2, 5);
        await(estimates.prepare(MODEL));
        for (int i = 0; i < TokenEstimates.MOST_MODELS + 50; i++) {
            await(estimates.prepare(Models.counted("m" + i, "o200k_base", 1_000, 100, Counting.ESTIMATED)));
            assertThat(estimates.scale(MODEL).factor()).isEqualTo(2);
        }
        assertThat(estimates.size()).isEqualTo(TokenEstimates.MOST_MODELS);
    }

    @Test
    void a_store_that_hangs_is_one_that_knows_nothing_and_is_asked_again_later() {
        learn(2, 5);
        server.pause();
        try {
            await(estimates.prepare(MODEL));
            await(estimates.stated(MODEL, SessionId.create(), 64_000));
        } finally {
            server.resume();
        }
        assertThat(estimates.scale(MODEL)).isEqualTo(new TokenScale(MODEL, 1.3, 100_000));
        await(estimates.prepare(MODEL));
        assertThat(estimates.scale(MODEL).factor()).isEqualTo(1.3);
        pass(TokenEstimates.BEFORE_TRYING_AGAIN);
        await(estimates.prepare(MODEL));
        eventually(() -> assertThat(estimates.scale(MODEL).factor()).isEqualTo(2));
    }

    @Test
    void a_store_that_is_gone_fails_nobody_and_what_was_known_stays() {
        learn(2, 5);
        await(estimates.prepare(MODEL));
        server.kill();
        TokenEstimates other = fresh();
        await(other.prepare(MODEL));
        assertThat(other.scale(MODEL).factor()).isEqualTo(1.3);
        estimates.report(MODEL, SENT, usage(1_000));
        await(estimates.stated(MODEL, SessionId.create(), 64_000));
        assertThat(estimates.scale(MODEL).factor()).isEqualTo(2);
    }

    @AfterEach
    void restart() {
        if (!server.command("PING").equals("+PONG")) {
            server.start();
        }
        Awaitility.await().ignoreExceptions()
                .until(() -> await(stores.models().find("any")) != null);
    }
}

package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from the words of Redis 6.2 and 7, literally as these send them. */
class RedisFailuresTest {
    private static final String CALL = "ERR Error running script (call to f_b8059ba43af6ffe8bed3db65bac35d452f8115d8): ";
    private static final String SHA = "b8059ba43af6ffe8bed3db65bac35d452f8115d8";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            READONLY   | -READONLY You can't write against a read only replica.
            OOM        | -OOM command not allowed when used memory > 'maxmemory'.
            MISCONF    | -MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.
            NOREPLICAS | -NOREPLICAS Not enough good replicas to write.
            LOADING    | -LOADING Redis is loading the dataset in memory
            BUSY       | -BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.
            NOAUTH     | -NOAUTH Authentication required.
            NOPERM     | -NOPERM this user has no permissions to run the 'set' command
            WRONGTYPE  | WRONGTYPE Operation against a key holding the wrong kind of value
            """)
    void the_code_inside_a_script_is_found(String code, String error) {
        assertThat(codeOf(CALL + "@user_script:12: @user_script: 12: " + error)).isEqualTo(code);
        assertThat(codeOf(CALL + "@user_script:12: " + error)).isEqualTo(code);
        assertThat(codeOf("@user_script: 12: " + error)).isEqualTo(code);
        String plain = error.startsWith("-") ? error.substring(1) : error;
        assertThat(codeOf(plain + " script: " + SHA + ", on @user_script:12.")).isEqualTo(code);
        assertThat(codeOf(plain)).isEqualTo(code);
    }

    @Test
    void words_that_an_error_quotes_are_no_code() {
        assertThat(codeOf("ERR unknown command `x`, with args beginning with: READONLY OOM ")).isEqualTo("ERR");
        assertThat(codeOf(CALL + "@user_script:3: user_script:3: OOM of mine: attempt to index a nil value"))
                .isEqualTo("OOM");
        assertThat(codeOf(CALL + "@user_script:3: attempt to compare nil with BUSY number")).isEqualTo("ERR");
        assertThat(codeOf("Attempt to")).isEqualTo("ERR");
        assertThat(codeOf("")).isEqualTo("ERR");
    }

    @Test
    void a_long_error_is_read_in_part() {
        assertThat(codeOf("ERR " + "@user_script: 1: ".repeat(1_000_000) + "-OOM")).isEqualTo("ERR");
    }

    @Test
    void other_known_words_keep_their_meaning() {
        assertThat(codeOf("NOSCRIPT No matching script. Please use EVAL.")).isEqualTo("NOSCRIPT");
        assertThat(codeOf("ERR max number of clients reached")).isEqualTo("ERR_MAX");
        assertThat(codeOf("ERR Protocol error: unauthenticated multibulk length")).isEqualTo("NOAUTH");
        assertThat(codeOf("CROSSSLOT Keys in request don't hash to the same slot")).isEqualTo("CROSSSLOT");
        assertThat(RedisFailures.code(ErrorType.create("CONNECTION_CLOSED"))).isNull();
        assertThat(RedisFailures.code(new IOException("READONLY"))).isNull();
    }

    @Test
    void only_what_may_have_arrived_may_be_done() {
        assertThat(RedisFailures.mayBeDone(RedisFailures.timedOut())).isTrue();
        assertThat(RedisFailures.mayBeDone(ErrorType.create("CONNECTION_CLOSED"))).isTrue();
        assertThat(RedisFailures.mayBeDone(new IOException("reset"))).isTrue();
        assertThat(RedisFailures.mayBeDone(RedisFailures.overloaded())).isFalse();
        assertThat(RedisFailures.mayBeDone(ErrorType.create("READONLY You can't write"))).isFalse();
    }

    @Test
    void an_unknown_outcome_stays_unknown_whatever_comes_last() {
        for (Throwable last : new Throwable[] { RedisFailures.overloaded(), RedisFailures.timedOut(),
                ErrorType.create("WRONGTYPE Operation"), ErrorType.create("OOM command"), new IOException("reset") }) {
            Failure.Unavailable failure = RedisFailures.outcomeUnknown(last);
            assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @CsvSource({ "connections,0,1,1,2,1", "in-flight,1,0,1,2,1", "waiting,1,1,0,2,1", "timeout,1,1,1,0,1",
            "attempts,1,1,1,2,0" })
    void limits_with_which_nothing_can_be_answered_are_refused(String key, int connections, int inFlight, int waiting,
            int seconds, int attempts) {
        RedisConfig config = new Stores.Config(connections, inFlight, waiting, Duration.ofSeconds(seconds), attempts,
                Duration.ofSeconds(5));
        assertThatThrownBy(() -> Stores.on("redis://127.0.0.1:1", config).close()).isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("parley.redis." + key + " must be ").hasMessageNotContaining("\n");
    }

    private static String codeOf(String text) {
        return String.valueOf(RedisFailures.code(ErrorType.create(text)));
    }
}

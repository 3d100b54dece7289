package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTest {

    @Test
    void who_says_nothing_is_kept_waiting_for_fifty_seconds() {
        Preferences preferences = Preferences.parse(null);

        assertThat(preferences.patience()).isEqualTo(Duration.ofSeconds(50));
        assertThat(preferences.applied()).isNull();
    }

    @Test
    void respond_async_waits_for_nothing() {
        Preferences preferences = Preferences.parse("respond-async");

        assertThat(preferences.patience()).isEqualTo(Duration.ZERO);
        assertThat(preferences.applied()).isEqualTo("respond-async");
    }

    @Test
    void respond_async_with_a_wait_waits_that_long() {
        Preferences preferences = Preferences.parse("respond-async, wait=10");

        assertThat(preferences.patience()).isEqualTo(Duration.ofSeconds(10));
        assertThat(preferences.applied()).isEqualTo("respond-async, wait=10");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wait=5                               | 5
            Wait = 5                             | 5
            wait="5"                             | 5
            wait=0                               | 0
            wait=50                              | 50
            wait=51                              | 50
            wait=999999999                       | 50
            wait=5, wait=9                       | 5
            foo; bar="a,b;wait=9" , wait=7; x    | 7
            return=minimal, handling=lenient, wait=3 | 3
            """)
    void wait_is_read_in_every_way_it_may_be_written(String header, long seconds) {
        assertThat(Preferences.parse(header).waits()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = { "wait", "wait=", "wait=-1", "wait=1.5", "wait=soon", "waiting=5", ";;;", "wait=9999999999", "\"" })
    void what_is_not_understood_is_ignored(String header) {
        assertThat(Preferences.parse(header)).isEqualTo(new Preferences(false, null));
    }

    @Test
    void a_hostile_header_is_read_in_no_time() {
        assertThat(Preferences.parse("a;".repeat(15_000) + "\u0001").waits()).isNull();
        assertThat(Preferences.parse("a=\"" + "\\\"".repeat(15_000)).waits()).isNull();
        assertThat(Preferences.parse(" ".repeat(30_000) + "a;" + " ; ".repeat(10_000) + "=").waits()).isNull();
    }
}

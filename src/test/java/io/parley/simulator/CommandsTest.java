package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.simulator.SimulatorServer.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandsTest {

    @Test
    void what_stands_in_brackets_wins_over_the_configuration() {
        Commands commands = Commands.of("Hi [pace=5] [first=7] [words=3] [window=99] [fail=429] there", Settings.QUICK);

        assertThat(commands.text()).isEqualTo("Hi      there");
        assertThat(commands.interval()).isEqualTo(Duration.ofMillis(5));
        assertThat(commands.firstDelay()).isEqualTo(Duration.ofMillis(7));
        assertThat(commands.words()).hasValue(3);
        assertThat(commands.contextWindow()).isEqualTo(99);
        assertThat(commands.failure()).contains("429");
    }

    @Test
    void without_commands_the_configuration_holds() {
        Settings settings = new Settings(true, false, Duration.ofMillis(1), Duration.ofMillis(2), 3, 4, 5);
        Commands commands = Commands.of("Hi [other=1] [pace=fast]", settings);

        assertThat(commands.text()).isEqualTo("Hi [other=1] [pace=fast]");
        assertThat(commands.firstDelay()).isEqualTo(Duration.ofMillis(1));
        assertThat(commands.interval()).isEqualTo(Duration.ofMillis(2));
        assertThat(commands.tokensPerEvent()).isEqualTo(3);
        assertThat(commands.contextWindow()).isEqualTo(4);
        assertThat(commands.words()).isEmpty();
        assertThat(commands.failure()).isEmpty();
    }

    @Test
    void numbers_beyond_the_bounds_are_cut_to_them() {
        Commands commands = Commands.of("[words=999999999] [pace=999999999]", Settings.QUICK);

        assertThat(commands.words()).hasValue(20_000);
        assertThat(commands.interval()).isEqualTo(Duration.ofMinutes(2));
    }
}

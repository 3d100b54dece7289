package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that makes no sense is seen at start. */
class SaneSettingsTest {
    /** A row of the table of keys that has such a default. Keys with a name in them belong to a provider. */
    private static final Pattern NUMBER_OR_TIME = Pattern
            .compile("(?m)^\\| `(parley\\.[a-z0-9.-]+)` \\| `[0-9]+(ms|s|m|h|d)?` \\|");

    @ParameterizedTest
    @MethodSource("positive")
    void nothing_is_no_limit_and_no_time(String key) {
        for (String value : value(key, "0", "-1")) {
            assertThatThrownBy(() -> new SaneSettings(config(Map.of(key, value))))
                    .isInstanceOf(ConfigurationException.class).hasMessageStartingWith(key + ": must be more than 0, but is ")
                    .hasMessageNotContaining("\n");
        }
        for (String value : value(key, "1")) {
            assertThatCode(() -> new SaneSettings(config(Map.of(key, value)))).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("fromZero")
    void less_than_nothing_is_not_possible(String key) {
        for (String value : value(key, "-1")) {
            assertThatThrownBy(() -> new SaneSettings(config(Map.of(key, value))))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith(key + ": must not be less than 0, but is ");
        }
        for (String value : value(key, "0")) {
            assertThatCode(() -> new SaneSettings(config(Map.of(key, value)))).doesNotThrowAnyException();
        }
    }

    @Test
    void a_percentage_is_from_1_to_100() {
        for (String key : SaneSettings.PERCENTAGES) {
            for (String value : List.of("0", "101")) {
                assertThatThrownBy(() -> new SaneSettings(config(Map.of(key, value))))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessage(key + ": must be from 1 to 100, but is " + value);
            }
            assertThatCode(() -> new SaneSettings(config(Map.of(key, "100")))).doesNotThrowAnyException();
        }
    }

    @Test
    void a_lease_lasts_a_second_at_least() {
        for (String value : List.of("PT0S", "PT0.999S", "PT-1S")) {
            assertThatThrownBy(() -> new SaneSettings(config(Map.of("parley.lease.time", value))))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("parley.lease.time: must be at least 1 s, but is ");
        }
        assertThatCode(() -> new SaneSettings(config(Map.of("parley.lease.time", "PT1S")))).doesNotThrowAnyException();
    }

    @Test
    void every_key_is_one_that_there_is() throws IOException {
        assertThat(documentation()).contains(checked().map("| `%s` |"::formatted).toList());
    }

    @Test
    void every_number_and_time_is_looked_at() throws IOException {
        assertThat(NUMBER_OR_TIME.matcher(documentation()).results().map(row -> row.group(1)))
                // RedisLimits looks at those before anything connects.
                .filteredOn(key -> !key.startsWith("parley.redis.")).isNotEmpty().isSubsetOf(checked().toList());
    }

    private static String documentation() throws IOException {
        return Files.readString(Path.of("src/docs/configuration.md"));
    }

    private static Stream<String> checked() {
        return Stream.of(positive(), fromZero(), SaneSettings.PERCENTAGES.stream(), SaneSettings.TIMES_FROM_A_SECOND.stream())
                .flatMap(keys -> keys);
    }

    static Stream<String> positive() {
        return Stream.of(SaneSettings.POSITIVE_SIZES, SaneSettings.POSITIVE_COUNTS, SaneSettings.POSITIVE_TIMES)
                .flatMap(List::stream);
    }

    static Stream<String> fromZero() {
        return Stream.of(SaneSettings.COUNTS_FROM_ZERO, SaneSettings.TIMES_FROM_ZERO).flatMap(List::stream);
    }

    private static List<String> value(String key, String... numbers) {
        boolean time = SaneSettings.POSITIVE_TIMES.contains(key) || SaneSettings.TIMES_FROM_ZERO.contains(key);
        boolean size = SaneSettings.POSITIVE_SIZES.contains(key);
        return Stream.of(numbers).filter(number -> !size || !number.startsWith("-"))
                .map(number -> time ? "PT" + number + "S" : number).toList();
    }

    private static SmallRyeConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder().addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(values, "test", 500)).build();
    }
}

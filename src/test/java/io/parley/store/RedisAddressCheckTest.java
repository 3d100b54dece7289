package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressCheckTest {

    @ParameterizedTest
    @ValueSource(strings = { "redis://localhost", "redis://localhost:6379", "rediss://:secret@redis.example:6380/3",
            "redis://user:s%40cr%2Fet%25@10.0.0.1:6379/", "redis://[::1]:6379", "redis://a:6379,redis://b:6379, redis://c",
            "unix:///var/run/redis.sock?db=1", "redis://localhost?db=2&user=x", "redis://localhost?password=secret" })
    void an_address_is_taken_as_it_is(String addresses) {
        assertThat(read("quarkus.redis.hosts", addresses)).isEqualTo(addresses);
    }

    @ParameterizedTest
    @ValueSource(strings = { "redis://:sec ret@localhost", "redis://:secret%@localhost", "redis://:secret%zz@localhost",
            "redis://:sec/ret@localhost:6379", "redis://:sec#ret@localhost", "redis://:sec@ret@localhost",
            "redis://:sec?ret@localhost",
            "redis://:sec,ret@localhost", "redis://:secret@local_host", "redis//:secret@localhost", ":secret@localhost",
            "http://:secret@localhost", "redis://:secret@localhost:port", "redis://:secret@localhost/secret",
            "redis://:secret@", "redis://localhost,redis://:sec ret@b", "redis://:sec[ret@localhost",
            "redis://:sec\\ret@localhost",
            "redis://:secret@localhost?db=secret", "redis://:sec\"ret@localhost", "REDIS://:secret@localhost", "secret",
            "redis://localhost/0?x=1&db=sec", "redis://:se<cret@localhost", "redis://:s^ecret@localhost" })
    void a_malformed_address_is_named_by_its_key_and_never_repeated(String addresses) {
        for (String key : new String[] { "quarkus.redis.hosts", "quarkus.redis.other.hosts", "quarkus.redis.\"a.b\".hosts" }) {
            assertThatThrownBy(() -> read(key, addresses)).isInstanceOf(StartRefused.class)
                    .hasMessageStartingWith(key + ": must be ")
                    .hasMessageNotContainingAny("sec", "ret@", "localhost").hasNoCause();
        }
    }

    private static String read(String key, String value) {
        SmallRyeConfig config = new SmallRyeConfigBuilder().withInterceptors(new RedisAddressCheck())
                .withSources(new PropertiesConfigSource(Map.of(key, value), "test", 100)).build();
        return config.getRawValue(key);
    }
}

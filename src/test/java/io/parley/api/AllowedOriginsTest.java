package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {

    @ParameterizedTest
    @CsvSource({ "https://app.example, https://app.example", "HTTPS://App.Example, https://app.example",
            "https://app.example:443, https://app.example", "http://app.example:80, http://app.example",
            "http://localhost:3000, http://localhost:3000", "' https://app.example ', https://app.example",
            "https://a-b.app.example:8443, https://a-b.app.example:8443", "capacitor://localhost, capacitor://localhost",
            "http://[::1]:3000, http://[::1]:3000", "http://192.0.2.1, http://192.0.2.1",
            "http://my_page:3000, http://my_page:3000" })
    void an_origin_is_allowed_as_a_browser_writes_it(String entry, String origin) {
        AllowedOrigins allowed = new AllowedOrigins(List.of("https://other.example", entry));
        assertThat(allowed.contain(origin)).isTrue();
        assertThat(allowed.contain(null)).isFalse();
        assertThat(allowed.contain("null")).isFalse();
        assertThat(allowed.contain(origin + "0")).isFalse();
        assertThat(allowed.areNone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "*", "null", "app.example", "https://", "https://app.example/", "https://app.example/path",
            "https://*.example", "https://app.example?x", "https://app.example#x", "https://app.example:", "//app.example",
            "https:app.example", "https://app.example:0", "https://app.example:65536", "https://app.example:x",
            "https://app example", "localhost:3000", "https://app_name.example/", "https://bücher.example", "" })
    void an_entry_that_is_no_origin_is_named(String entry) {
        assertThatThrownBy(() -> new AllowedOrigins(List.of("https://app.example", entry)))
                .isInstanceOf(ConfigurationException.class).hasMessageStartingWith("parley.allowed-origins: must be")
                .hasMessageEndingWith("has the entry " + entry).hasMessageNotContaining("\n");
    }

    @Test
    void a_password_is_not_repeated() {
        assertThatThrownBy(() -> new AllowedOrigins(List.of("https://user:word@app.example")))
                .isInstanceOf(ConfigurationException.class).hasMessageNotContaining("word").hasMessageEndingWith("app.example");
    }
}

package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnHostsTest {
    private static final SocketAddress LOOPBACK = SocketAddress.inetSocketAddress(8080, "127.0.0.1");
    private static final SocketAddress LOOPBACK_6 = SocketAddress.inetSocketAddress(8080, "0:0:0:0:0:0:0:1");
    private static final SocketAddress NETWORK = SocketAddress.inetSocketAddress(8080, "192.0.2.7");
    private final OwnHosts unconfigured = new OwnHosts(List.of());
    private final OwnHosts configured = new OwnHosts(List.of("chat.example", "Other.Example."));

    @ParameterizedTest
    @ValueSource(strings = { "localhost", "LOCALHOST:8080", "localhost.", "chat.localhost:8080", "127.0.0.1:8080", "[::1]:8080",
            "[::1]", "192.0.2.7", "" })
    void addresses_and_localhost_are_always_right(String authority) {
        assertThat(unconfigured.areNamedBy(authority, LOOPBACK)).isTrue();
        assertThat(configured.areNamedBy(authority, NETWORK)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "evil.example", "evil.example:8080", "localhost.evil.example", "evillocalhost",
            "127.0.0.1.evil.example",
            "[::1].evil.example", "1.2.3.4@evil.example" })
    void any_other_name_is_wrong_on_a_loopback_address(String authority) {
        assertThat(unconfigured.areNamedBy(authority, LOOPBACK)).isFalse();
        assertThat(unconfigured.areNamedBy(authority, LOOPBACK_6)).isFalse();
        assertThat(configured.areNamedBy(authority, LOOPBACK)).isFalse();
    }

    @Test
    void a_deployment_in_a_network_needs_no_list_but_keeps_to_one() {
        assertThat(unconfigured.areNamedBy("chat.example", NETWORK)).isTrue();
        assertThat(configured.areNamedBy("evil.example", NETWORK)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "chat.example", "CHAT.example:8443", "other.example" })
    void a_listed_name_is_right(String authority) {
        assertThat(configured.areNamedBy(authority, LOOPBACK)).isTrue();
        assertThat(configured.areNamedBy(authority, NETWORK)).isTrue();
    }
}

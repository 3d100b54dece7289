package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.LogLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionCountTest {
    private final List<String> logged = new ArrayList<>();
    private final LogLines log = new LogLines(ConnectionCount.class, logged::add);
    private final ConnectionCount clients = new ConnectionCount(4, "clients, as many as the bound");
    private final ConnectionCount probes = new ConnectionCount(2, "probes, as many as the port");

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    void what_is_refused_is_not_counted() {
        fill();
        assertThat(clients.take()).isFalse();
        assertThat(clients.take()).isFalse();

        clients.leave();

        assertThat(clients.take()).isTrue();
        assertThat(clients.take()).isFalse();
    }

    @Test
    void a_flood_is_one_line_whoever_leaves_another_port() {
        fill();
        for (int i = 0; i < 10; i++) {
            assertThat(clients.take()).isFalse();
            assertThat(probes.take()).isTrue();
            probes.leave();
        }

        assertThat(logged)
                .containsExactly(
                        "There are 4 connections of clients, as many as the bound allows. Parley closes further ones.");
    }

    @Test
    void the_next_flood_is_a_line_of_its_own_once_half_of_the_connections_have_gone() {
        fill();
        assertThat(clients.take()).isFalse();
        clients.leave();
        assertThat(clients.take()).isTrue();
        assertThat(clients.take()).isFalse();
        assertThat(logged).hasSize(1);

        clients.leave();
        clients.leave();
        assertThat(clients.take()).isTrue();
        assertThat(clients.take()).isTrue();
        assertThat(clients.take()).isFalse();

        assertThat(logged).hasSize(2);
    }

    private void fill() {
        for (int i = 0; i < 4; i++) {
            assertThat(clients.take()).isTrue();
        }
    }
}

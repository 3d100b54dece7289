package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

    @Test
    void a_client_may_name_its_request() {
        assertThat(RequestIds.choose("a.B-1_2")).isEqualTo("a.B-1_2");
        assertThat(RequestIds.choose("x".repeat(128))).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "a b", "a\r\nSet-Cookie: x", "é", "<script>", "a/b" })
    void anything_else_gets_a_name_of_our_own(String id) {
        assertThat(RequestIds.choose(id)).isNotEqualTo(id).matches("[0-9a-f-]{36}");
        assertThat(RequestIds.choose(null)).isNotEqualTo(RequestIds.choose(null));
        assertThat(RequestIds.choose("x".repeat(129))).hasSize(36);
    }
}

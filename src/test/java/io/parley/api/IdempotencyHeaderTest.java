package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyHeaderTest {
    private static final byte[] BODY = { 1, 2, 3 };

    @Test
    void a_quoted_key_is_the_same_as_a_bare_one() {
        assertThat(IdempotencyHeader.parse("\"abc\"")).isEqualTo("abc").isEqualTo(IdempotencyHeader.parse(" abc "));
        assertThat(IdempotencyHeader.parse("\"a\\\"b\\\\\"")).isEqualTo("a\"b\\");
        assertThat(IdempotencyHeader.parse(null)).isNull();
    }

    @Test
    void a_key_has_at_most_255_characters() {
        assertThat(IdempotencyHeader.parse("x".repeat(255))).hasSize(255);
        assertThat(IdempotencyHeader.parse("\"" + "x".repeat(255) + "\"")).hasSize(255);
        assertRefused("x".repeat(256));
        assertRefused("\"" + "\\\\".repeat(15_000) + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\"\"", "\"abc", "a b", "\"a b\"", "a\tb", "é", "a\u0000b", "\"a\"b\"" })
    void what_is_no_key_is_refused(String header) {
        assertRefused(header);
    }

    @Test
    void a_key_is_bound_to_owner_method_and_path() {
        IdempotencyKey key = bind("k", "o", "POST", "/p", BODY);

        assertThat(key.key()).matches("[0-9a-f]{64}");
        assertThat(bind("k", "o", "POST", "/p", BODY)).isEqualTo(key);
        assertThat(bind("k", "other", "POST", "/p", BODY).key()).isNotEqualTo(key.key());
        assertThat(bind("k", "o", "PUT", "/p", BODY).key()).isNotEqualTo(key.key());
        assertThat(bind("k", "o", "POST", "/q", BODY).key()).isNotEqualTo(key.key());
        assertThat(bind("ok", "", "POST", "/p", BODY).key()).isNotEqualTo(key.key());
        assertThat(bind("", "ok", "POST", "/p", BODY).key()).isNotEqualTo(bind("ok", "", "POST", "/p", BODY).key());
    }

    @Test
    void another_body_has_another_fingerprint_under_the_same_key() {
        IdempotencyKey one = bind("k", "o", "POST", "/p", BODY);
        IdempotencyKey other = bind("k", "o", "POST", "/p", new byte[] { 1, 2 });

        assertThat(other.key()).isEqualTo(one.key());
        assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
    }

    private static IdempotencyKey bind(String key, String owner, String method, String path, byte[] body) {
        return IdempotencyHeader.bind(key, new Owner(owner), method, path, body);
    }

    private static void assertRefused(String header) {
        assertThatThrownBy(() -> IdempotencyHeader.parse(header)).isInstanceOf(Failure.Invalid.class);
    }
}

package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {

    @ParameterizedTest
    @ValueSource(strings = { "/", "/api/v1/sessions", "/api/v1/sessions/", "/a.b/..c/d..", "/a+b", "/%61%2B",
            "/~x:y@z,!$&'()*=",
            "/...", "/%252e%252e" })
    void a_usual_path_is_taken(String path) {
        assertThat(RequestPath.isLegal(path)).isTrue();
        assertThat(RequestPath.isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/..", "/.", "/a/../b", "/a/./b", "/%2e%2e/b", "/%2E%2E", "/.%2e/b", "//", "//a", "/a//b", "/a//",
            "/a;b=c", "/..;/b", "/a/..;x/b", "/a%2fb", "/a%5cb", "/%00", "/a%0d%0ab", "/a%3Bb", "/;" })
    void nothing_is_resolved(String path) {
        assertThat(RequestPath.isLegal(path)).isTrue();
        assertThat(RequestPath.isPlain(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "/{a}", "/a b", "/a|b", "/\"", "/<a>", "/a\\b", "/é", "/%", "/%4", "/%zz", "/a%2", "/%-1", "/^",
            "/`", "/a#b", "/[a]", "/a\u0000", "/%+1" })
    void a_character_that_no_url_may_have_is_illegal(String path) {
        assertThat(RequestPath.isLegal(path)).isFalse();
    }

    @Test
    void a_long_path_takes_no_deep_stack() {
        assertThat(RequestPath.isLegal("/%61a".repeat(100_000))).isTrue();
    }
}

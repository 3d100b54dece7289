package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Failure;
import io.parley.conversation.Failure.ContextLimit;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorClassifierTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | {"error":{"type":null,"code":null,"message":null}}              | INVALID_REQUEST
            400 | [{"error":{"code":"invalid_api_key"}}]                          | AUTH
            429 | {"error":{"code":"project_spend_limit_exceeded"}}               | QUOTA_EXHAUSTED
            429 | {"error":{"type":"rate_limit_error","code":"slow_down"}}        | RATE_LIMIT
            400 | {"error":{"message":"This Exceeds the Context window"}}         | CONTEXT_LENGTH
            400 | {"error":{"code":"conversation_locked"}}                        | CONFLICT
            409 | {}                                                              | CONFLICT
            408 |                                                                 | TIMEOUT
            418 | <html>                                                          | INVALID_REQUEST
            599 | nonsense                                                        | SERVER_ERROR
            """)
    void judges_by_the_body_and_then_by_the_status(int status, String body, ErrorClass expected) {
        assertThat(ErrorClassifier.classify(ErrorBody.of(status, body == null ? "" : body))).isEqualTo(expected);
    }

    @Test
    void the_providers_word_on_repeating_counts_but_never_for_billing() {
        assertThat(failure(500, Map.of("x-should-retry", "false"), "").retryable()).isFalse();
        assertThat(failure(400, Map.of("x-should-retry", "true"), "").retryable()).isTrue();
        assertThat(failure(402, Map.of("x-should-retry", "true"), "").retryable()).isFalse();
        assertThat(failure(401, Map.of("x-should-retry", "true"), "").retryable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            retry-after-ms | 1500                          | 1500
            retry-after    | 2                             | 2000
            retry-after    | 1.5                           | 1500
            retry-after    | Sat, 21 Nov 2026 10:00:07 GMT | 7000
            retry-after    | Sat, 21 Nov 2026 09:00:00 GMT | 0
            retry-after    | soon                          |
            retry-after    | -5                            |
            """)
    void reads_the_wait_from_the_headers(String name, String value, Long millis) {
        Duration wait = failure(429, Map.of(name, value), "").retryAfter();
        assertThat(wait == null ? null : wait.toMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Please try again in 28ms.          | 28
            Please try again in 11.054s. Visit | 11054
            Try again in 35 seconds.           | 35000
            try again in 1m12s                 | 72000
            try again in 6m0s                  | 360000
            try again in 2 minutes             | 120000
            try again in 1h2m3s                | 3723000
            try again later                    |
            """)
    void reads_the_wait_from_the_text(String message, Long millis) {
        Duration wait = failure(429, Map.of(), "{\"error\":{\"message\":\"" + message + "\"}}").retryAfter();
        assertThat(wait == null ? null : wait.toMillis()).isEqualTo(millis);
    }

    @Test
    void finds_the_numbers_of_a_context_that_is_too_long() {
        assertThat(failure(400, Map.of(), "{\"error\":{\"message\":\"This model's maximum context length is 128000 tokens."
                + " However, your messages resulted in 131072 tokens.\"}}").contextLimit())
                .isEqualTo(new ContextLimit(128_000, 131_072));
        assertThat(failure(400, Map.of(),
                "{\"error\":{\"message\":\"You passed 1015 input tokens and requested 10 output tokens."
                        + " However, the model's context length is only 1024 tokens\"}}")
                .contextLimit())
                .isEqualTo(new ContextLimit(1024, 1015));
        assertThat(failure(400, Map.of(), "{\"error\":{\"message\":\"exceeds the context window\"}}").contextLimit()).isNull();
    }

    private static Failure.Provider failure(int status, Map<String, String> headers, String body) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        headers.forEach(all::add);
        return ErrorClassifier.ofAnswer(status, all, body, ProviderParts.CLOCK);
    }
}

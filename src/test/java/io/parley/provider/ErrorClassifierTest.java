package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Failure;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.FailureCode;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Arrays;
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":{"message":"Please retry after 4 seconds."}}                                                 | 4000
            {"error":{"message":"Too many requests. Please wait 3 seconds"}}                                      | 3000
            {"error":{"message":"Rate limit exceeded, please wait for 1m30s before the next call"}}               | 90000
            {"error":{"message":"Please retry in 34.4s."}}                                                        | 34400
            {"error":{"message":"Your quota resets in 2 hours"}}                                                  | 7200000
            {"error":{"code":429,"details":[{"a":1},{"@type":"x.RetryInfo","retryDelay":"3.4s"}]}}                | 3400
            [{"error":{"details":[{"retryDelay":"45s"}]}}]                                                        | 45000
            {"error":{"retry_after":45}}                                                                          | 45000
            {"error":{"retry_after":"45 s"}}                                                                      | 45000
            {"retry_after":2.5}                                                                                   | 2500
            {"error":{"metadata":{"headers":{"Retry-After":"7"}}}}                                                | 7000
            {"error":{"retry_after_ms":250}}                                                                      | 250
            {"detail":"slow down","retry_after_seconds":9}                                                        | 9000
            {"error":{"message":"Please wait. You may send 60 requests per 1 minute"}}                            |
            {"error":{"message":"Retry your request 3 times"}}                                                    |
            {"error":{"retry_after":"soon"}}                                                                      |
            {"error":{"retry_after":-3}}                                                                          |
            """)
    void reads_the_wait_from_the_body(String body, Long millis) {
        for (Duration wait : Arrays.asList(failure(429, Map.of(), body).retryAfter(),
                ErrorClassifier.ofEvent(WireJson.parse(body)).retryAfter())) {
            assertThat(wait == null ? null : wait.toMillis()).isEqualTo(millis);
        }
    }

    @Test
    void a_header_is_believed_before_the_body() {
        assertThat(failure(429, Map.of("retry-after", "2"), "{\"error\":{\"retry_after\":45}}").retryAfter())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            413 | Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9002, please reduce | 6000  | 9002
            429 | Request too large for m on tokens per min (TPM): Limit 30000, Requested 50123. The input must be less | 30000 | 50123
            429 | Rate limit reached on TPM: limit: 6,000, requested: 9,002                                             | 6000  | 9002
            429 | Tokens per minute limit 6000 exceeded, requested 9002 tokens                                          | 6000  | 9002
            413 | Request too large: it has more tokens than you may use in a minute                                    | 0     | 0
            """)
    void more_tokens_than_a_minute_allows_are_too_long_however_often_they_are_sent(int status, String message, long limit,
            long requested) {
        Failure.Provider failure = failure(status, Map.of("retry-after", "2"),
                "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"" + message + "\"}}");
        assertThat(failure.code()).isEqualTo(FailureCode.CONTEXT_TOO_LONG);
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.contextLimit()).isEqualTo(limit == 0 ? null : new ContextLimit(limit, requested));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            429 | RATE_LIMIT        | Rate limit reached on tokens per min (TPM): Limit 30000, Used 28000, Requested 5000
            429 | RATE_LIMIT        | Rate limit reached on requests per min (RPM): Limit 3, Requested 4
            413 | REQUEST_TOO_LARGE | Request exceeds the maximum size
            413 | REQUEST_TOO_LARGE | Request too large: 33000000 bytes
            """)
    void a_request_that_came_too_early_or_has_too_many_bytes_is_not_too_long(int status, ErrorClass expected, String message) {
        assertThat(ErrorClassifier.classify(ErrorBody.of(status, "{\"error\":{\"message\":\"" + message + "\"}}")))
                .isEqualTo(expected);
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

package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FinishReasonsTest {

    @ParameterizedTest
    @CsvSource({ "stop, STOP", "end_turn, STOP", "stop_sequence, STOP", "eos, STOP", "COMPLETE, STOP",
            "FinishReason.STOP, STOP", "length, LENGTH", "model_length, LENGTH", "MAX_TOKENS, LENGTH", "maxTokens, LENGTH",
            "FINISH_REASON_MAX_TOKENS, LENGTH", "model_context_window_exceeded, LENGTH", "tool_calls, TOOL_CALLS",
            "tool-calls, TOOL_CALLS", "function_call, TOOL_CALLS", "tool_use, TOOL_CALLS", "SAFETY, CONTENT_FILTER",
            "content_filter, CONTENT_FILTER", "content_filter: RECITATION, CONTENT_FILTER",
            "PROHIBITED_CONTENT, CONTENT_FILTER", "guardrail_intervened, CONTENT_FILTER",
            "sensitive, CONTENT_FILTER", "refusal, REFUSAL", "pause_turn, UNKNOWN" })
    void every_known_spelling_has_its_meaning(String raw, FinishReason meaning) {
        assertThat(FinishReasons.of(raw)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({ "abort, PROVIDER_ERROR", "error, PROVIDER_ERROR", "network_error, PROVIDER_ERROR",
            "insufficient_system_resource, PROVIDER_OVERLOADED", "timeout, PROVIDER_TIMEOUT",
            "MALFORMED_FUNCTION_CALL, PROVIDER_PROTOCOL", "OTHER, PROVIDER_TRUNCATED", "load, PROVIDER_TRUNCATED",
            "something_new, PROVIDER_TRUNCATED", "'', PROVIDER_TRUNCATED", "停止, PROVIDER_TRUNCATED" })
    void every_other_reason_is_a_failure_that_may_pass(String raw, FailureCode code) {
        assertThatExceptionOfType(Failure.Provider.class).isThrownBy(() -> FinishReasons.of(raw))
                .matches(failure -> failure.code() == code && failure.retryable());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "null", "None", "FINISH_REASON_UNSPECIFIED" })
    void some_words_say_that_there_is_no_reason_yet(String raw) {
        assertThat(FinishReasons.isNone(raw)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "stop", "nonsense", "end", "abort" })
    void other_words_are_reasons(String raw) {
        assertThat(FinishReasons.isNone(raw)).isFalse();
    }
}

package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.core.MultiMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals that state that the context is too long, or that name a message. */
class ContextRefusalsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            400 | The input (12002 tokens) is longer than the model's context length (8192 tokens).
            400 | Input length 12002 exceeds the maximum allowed input length of 8192 tokens.
            400 | This model's maximum prompt length is 8192 but the request contains 12002 tokens.
            400 | prompt token count of 12002 exceeds the limit of 8192
            422 | Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 12002 `inputs` tokens
            422 | Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 12002 `inputs` tokens and 500 `max_new_tokens`
            422 | must be <= 8192. Given: 12002
            400 | 'max_tokens' or 'max_completion_tokens' is too large: 4000. This model's maximum context length is 8192 tokens and your request has 12002 input tokens (4000 > 8192 - 12002).
            400 | The number of input tokens must be <= 8192. Given: 12002
            400 | max_input_tokens must be <= 8192. Given: 12002
            """)
    void finds_limit_and_length(int status, String message) {
        Failure.Provider failure = failure(status, "{\"error\":{\"message\":\"" + message + "\"}}");
        assertThat(failure.code()).isEqualTo(FailureCode.CONTEXT_TOO_LONG);
        assertThat(failure.contextLimit()).isEqualTo(new Failure.ContextLimit(8_192, 12_002));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            422 | {"error":"Input validation error: `max_new_tokens` must be <= 4096. Given: 8000","error_type":"validation"}
            422 | {"error":{"message":"max_tokens must be <= 4096. Given: 8000"}}
            400 | {"error":{"message":"`max_completion_tokens` must be <= 16384. given: 99999"}}
            400 | {"error":{"message":"Maximum number of new tokens must be <= 4096. Given: 8000"}}
            400 | {"error":{"message":"The number of output tokens must be <= 4096. Given: 8000"}}
            400 | {"error":{"message":"the number of tokens to generate must be <= 512. given: 600"}}
            400 | {"error":{"message":"temperature must be <= 2. Given: 3"}}
            400 | {"error":{"message":"n must be <= 8. Given: 10"}}
            400 | {"error":{"message":"`top_k` must be <= 1000. Given: 2000"}}
            400 | {"error":{"message":"budget_tokens must be <= 1024. Given: 2000"}}
            400 | {"error":{"message":"prompt_logprobs must be <= 20. Given: 30"}}
            400 | {"error":{"message":"messages must be <= 1000. Given: 1200"}}
            400 | {"error":{"message":"must be <= 4096. Given: 8000","param":"max_tokens"}}
            400 | {"error":{"message":"Invalid value: must be <= 4096. Given: 8000","param":"max_completion_tokens"}}
            422 | {"message":"must be <= 4096. Given: 8000","detail":[{"loc":["body","max_tokens"],"msg":"too large"}]}
            400 | {"error":{"message":"must be <= 2. Given: 3"}}
            400 | {"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":\"max_tokens must be <= 4096. Given: 8000\"}"}}}
            400 | {"error":{"message":"The output token count of 9000 exceeds the limit of 4096"}}
            """)
    void a_limit_of_another_field_is_not_the_models(int status, String body) {
        Failure.Provider failure = failure(status, body);
        assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
        assertThat(failure.contextLimit()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Rate limit reached on output tokens per minute (OTPM): Limit 4000, Requested 8000 | PROVIDER_RATE_LIMITED
            Request too large on tokens per min (TPM): Limit 6000, Requested 9002. The input or output tokens must be reduced | CONTEXT_TOO_LONG
            """)
    void a_rate_of_output_tokens_is_no_limit_of_the_input(String message, FailureCode code) {
        assertThat(failure(429, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"" + message + "\"}}").code())
                .isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":{"code":"model_max_prompt_tokens_exceeded","message":"no"}}
            {"error":{"message":"The prompt tokens exceed the context window of this model"}}
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"code\\":\\"context_length_exceeded\\"}}"}}}
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"prompt is too long: 12002 tokens > 8192 maximum"}}}
            """)
    void understands_that_the_context_is_too_long(String body) {
        assertThat(failure(400, body).code()).isEqualTo(FailureCode.CONTEXT_TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"error":{"message":"messages.3.content.0.image.source.base64: image exceeds 5 MB maximum"}}                      | 3
            {"error":{"message":"Invalid 'messages[2].content'","param":"messages[2].content"}}                               | 2
            {"error":{"message":"bad","param":"messages.[7].tool_calls"}}                                                     | 7
            {"detail":[{"loc":["body","messages",12,"content"],"msg":"field required"}]}                                      | 12
            {"error":{"message":"Provider returned error","metadata":{"raw":"{\\"error\\":{\\"message\\":\\"messages.1: no\\"}}"}}} | 1
            {"error":{"message":"your messages are 12 too many"}}                                                             |
            """)
    void finds_the_message_that_is_refused(String body, Integer index) {
        assertThat(failure(400, body).refusedMessage()).isEqualTo(index);
        assertThat(failure(400, body).code()).isEqualTo(FailureCode.PROVIDER_REJECTED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Missing reasoning_content field in the assistant message at message index 1.
            thinking is enabled but reasoning_content is missing in assistant tool call message at index 3
            The reasoning_content in the thinking mode must be passed back to the API.
            """)
    void a_server_that_wants_reasoning_back_makes_the_problem_name_the_quirk(String message) {
        Failure.Provider failure = failure(400, "{\"error\":{\"message\":\"" + message + "\"}}");
        assertThat(failure.detail()).contains("resend-reasoning");
        assertThat(failure.refusal()).isNotNull();
        assertThat(failure.refusal().wantsReasoning()).isTrue();
        assertThat(failure.refusal().words()).startsWith("400 ").contains("reasoning_content");
    }

    private static Failure.Provider failure(int status, String body) {
        return ErrorClassifier.ofAnswer(status, MultiMap.caseInsensitiveMultiMap(), body, ProviderParts.CLOCK);
    }
}

package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.parley.conversation.Failure;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.Failure.Refusal;
import io.parley.conversation.FailureCode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges errors of all providers by one table: what the body says first, the status after it, because an error within a
 * stream has no status, and a billing refusal has the status of a rate limit.
 */
public final class ErrorClassifier {
    private static final List<String> BILLING = List.of("insufficient_quota", "credit_balance_exhausted",
            "organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
            "billing_error", "enforced_spend_limit_reached", "contract_spend_limit_reached",
            "linked_organization_spend_limit_reached");
    private static final Pattern TOO_LONG = Pattern.compile("prompt is too long|exceed context limit"
            + "|maximum context length|context length is only|exceeds the context|exceeds the available context"
            + "|input token count .*exceeds the maximum|longer than the model's context|maximum allowed input length"
            + "|maximum prompt length|(?<!(?:output|completion|generated|reasoning|thinking|max|new)[ _])token count .*exceeds the limit"
            + "|tokens? .*exceeds? .*context (?:window|length|size)");
    /** Requested and limit, in this order or as named. */
    private static final List<Pattern> NUMBERS = List.of(
            Pattern.compile("(?<requested>\\d+) tokens > (?<limit>\\d+) maximum"),
            Pattern.compile("limit: (?<requested>\\d+) \\+ \\d+ > (?<limit>\\d+)"),
            Pattern.compile("count \\((?<requested>\\d+)\\).*allowed \\((?<limit>\\d+)\\)"),
            Pattern.compile(
                    "maximum context length is (?<limit>\\d+) tokens and your request has (?<requested>\\d+) input tokens"),
            Pattern.compile(
                    "maximum context length is (?<limit>\\d+) tokens.*?(?:resulted in|requested|\\() *(?<requested>\\d+)"),
            Pattern.compile("passed (?<requested>\\d+) input tokens.*context length is only (?<limit>\\d+)"),
            Pattern.compile("input \\((?<requested>\\d+) tokens\\).*context (?:length|window|size) \\((?<limit>\\d+)"),
            Pattern.compile("input length (?<requested>\\d+) exceeds .*?input length of (?<limit>\\d+)"),
            Pattern.compile("maximum prompt length is (?<limit>\\d+) but .*?(?<requested>\\d+) tokens"),
            Pattern.compile("token count of (?<requested>\\d+) exceeds the limit of (?<limit>\\d+)"));
    private static final List<String> TOO_LONG_CODES = List.of("context_length_exceeded", "exceed_context_size_error",
            "model_max_prompt_tokens_exceeded", "context_window_exceeded");
    /** Matches the sentences of servers that require the model's reasoning beside its tool calls. */
    private static final Pattern REASONING_MISSING = Pattern
            .compile("reasoning_content.*(?:missing|must be|required|pass)|(?:missing|required).*reasoning_content");
    /** Repeating these costs money or patience and changes nothing, whatever a header says. */
    private static final Set<ErrorClass> FINAL = EnumSet.of(ErrorClass.QUOTA_EXHAUSTED, ErrorClass.AUTH,
            ErrorClass.PERMISSION, ErrorClass.CONTEXT_LENGTH, ErrorClass.CONTENT_FILTERED, ErrorClass.REQUEST_TOO_LARGE);

    private static final Duration WAIT_WHEN_BUSY = Duration.ofSeconds(1);

    private ErrorClassifier() {
    }

    /** The failure behind a connection that does not come to be. */
    static Failure ofConnecting(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                    "Too many calls wait for the provider. Try again.", WAIT_WHEN_BUSY, null);
        }
        boolean late = cause instanceof ConnectTimeoutException || cause instanceof TimeoutException
                || cause instanceof SslHandshakeTimeoutException;
        return (late ? ErrorClass.TIMEOUT : ErrorClass.UNREACHABLE).failure();
    }

    /** The failure behind an answer whose status is not 200. */
    static Failure.Provider ofAnswer(int status, MultiMap headers, String body, InstantSource clock) {
        if (status < 400) {
            return ErrorClass.NOT_THE_API.failure();
        }
        ErrorBody error = ErrorBody.of(status, body);
        return failure(error, headers.get("x-should-retry"),
                RetryHint.of(headers, WireJson.parse(body.strip()), error.message(), clock));
    }

    /** The failure behind an error within an answer that had begun well. */
    public static Failure.Provider ofEvent(JsonNode event) {
        ErrorBody error = ErrorBody.ofEvent(event);
        return failure(error, null, RetryHint.inBody(event, error.message()));
    }

    private static Failure.Provider failure(ErrorBody error, @Nullable String shouldRetry, @Nullable Duration wait) {
        ErrorClass kind = classify(error);
        boolean retryable = mayRetry(kind, shouldRetry);
        Failure.Provider failure = kind.failure(retryable, retryable ? wait : null,
                kind == ErrorClass.CONTEXT_LENGTH ? limit(error) : null);
        return kind.code() == FailureCode.PROVIDER_REJECTED ? failure.saying(refusal(kind, error)) : failure;
    }

    private static Refusal refusal(ErrorClass kind, ErrorBody error) {
        return new Refusal(kind == ErrorClass.INVALID_REQUEST ? error.refusedMessage() : null,
                kind == ErrorClass.REASONING_MISSING, error.status() + " " + ProviderWords.of(error.message()));
    }

    private static boolean mayRetry(ErrorClass kind, @Nullable String told) {
        if (told == null || FINAL.contains(kind)) {
            return kind.retryable();
        }
        return told.strip().equalsIgnoreCase("true") || (kind.retryable() && !told.strip().equalsIgnoreCase("false"));
    }

    static ErrorClass classify(ErrorBody error) {
        if (error.status() == 402 || BILLING.stream().anyMatch(error::hasCode)
                || error.message().contains("credit balance is too low")) {
            return ErrorClass.QUOTA_EXHAUSTED;
        }
        if (error.status() == 401 || error.hasCode("invalid_api_key") || error.hasCode("authentication_error")) {
            return ErrorClass.AUTH;
        }
        if (TOO_LONG_CODES.stream().anyMatch(error::hasCode) || TOO_LONG.matcher(error.message()).find()
                || TokenRate.isTooLow(error) || StatedLimit.in(error) != null) {
            return ErrorClass.CONTEXT_LENGTH;
        }
        return classifyByState(error);
    }

    private static ErrorClass classifyByState(ErrorBody error) {
        if (error.hasCode("previous_response_not_found") || error.hasCode("thread_not_found")) {
            return ErrorClass.STATE_NOT_FOUND;
        }
        if (error.status() == 409 || error.hasCode("conversation_locked") || error.hasCode("conflict_error")) {
            return ErrorClass.CONFLICT;
        }
        if (error.hasCode("content_filter")) {
            return ErrorClass.CONTENT_FILTERED;
        }
        if (error.status() == 403 || error.hasCode("permission_error")) {
            return ErrorClass.PERMISSION;
        }
        return classifyByLoad(error);
    }

    private static ErrorClass classifyByLoad(ErrorBody error) {
        if (error.status() == 503 || error.status() == 529 || error.hasCode("overloaded_error")
                || error.hasCode("server_is_overloaded") || error.hasCode("unavailable")) {
            return ErrorClass.OVERLOADED;
        }
        if (error.status() == 429 || error.codes().contains(" rate_limit") || error.hasCode("slow_down")) {
            return ErrorClass.RATE_LIMIT;
        }
        if (error.status() == 408 || error.status() == 504 || error.hasCode("timeout_error")) {
            return ErrorClass.TIMEOUT;
        }
        return classifyByRequest(error);
    }

    private static ErrorClass classifyByRequest(ErrorBody error) {
        if (error.status() == 413 || error.hasCode("request_too_large")) {
            return ErrorClass.REQUEST_TOO_LARGE;
        }
        if (error.status() == 404 || error.hasCode("not_found_error") || error.hasCode("model_not_found")) {
            return ErrorClass.NOT_FOUND;
        }
        if ((error.status() >= 400 && error.status() < 500) || error.hasCode("invalid_request_error")) {
            return REASONING_MISSING.matcher(error.message()).find() ? ErrorClass.REASONING_MISSING
                    : ErrorClass.INVALID_REQUEST;
        }
        return ErrorClass.SERVER_ERROR;
    }

    private static @Nullable ContextLimit limit(ErrorBody error) {
        if (error.contextTokens() > 0) {
            return new ContextLimit(error.contextTokens(), error.promptTokens());
        }
        ContextLimit rate = TokenRate.limit(error);
        ContextLimit stated = rate != null ? rate : StatedLimit.in(error);
        return stated != null ? stated
                : NUMBERS.stream()
                        .map(pattern -> pattern.matcher(error.message()))
                        .filter(Matcher::find)
                        .findFirst()
                        .map(found -> new ContextLimit(number(found.group("limit")), number(found.group("requested"))))
                        .orElse(null);
    }

    private static long number(String digits) {
        return digits.length() > 18 ? 0 : Long.parseLong(digits);
    }
}

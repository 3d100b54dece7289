package io.parley.provider;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.parley.conversation.FinishReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The reasons for which providers end a reply, in every known spelling, and the meaning of each reason. The spellings are those
 * of OpenAI, Anthropic, Gemini, Mistral, Cohere, Bedrock, DeepSeek, Zhipu and vLLM. Case, hyphens and underscores do not count.
 * A reason that is not in these tables is never a success.
 */
public final class FinishReasons {
    private static final Map<String, FinishReason> ENDS = table(Map.of(
            FinishReason.STOP, List.of("stop", "stopped", "stop_sequence", "end", "end_turn", "end_of_turn", "eos", "eos_token",
                    "complete", "completed", "done", "finished"),
            FinishReason.LENGTH, List.of("length", "max_length", "max_tokens", "max_output_tokens", "max_completion_tokens",
                    "max_new_tokens", "token_limit", "model_length", "context_length", "context_window_exceeded",
                    "model_context_window_exceeded"),
            FinishReason.TOOL_CALLS, List.of("tool_calls", "tool_call", "tool_use", "function_call", "function_calls"),
            FinishReason.CONTENT_FILTER, List.of("content_filter", "content_filtered", "safety", "recitation", "blocklist",
                    "prohibited_content", "spii", "model_armor", "image_safety", "image_prohibited_content",
                    "image_recitation", "sensitive", "guardrail_intervened", "error_toxic"),
            FinishReason.REFUSAL, List.of("refusal"),
            // The provider wants to continue in a further call. Parley makes none, so the turn fails as one that broke off.
            FinishReason.UNKNOWN, List.of("pause_turn")));
    private static final Map<String, ErrorClass> FAILURES = table(Map.of(
            ErrorClass.SERVER_ERROR, List.of("error", "abort", "aborted", "failed", "network_error", "server_error",
                    "internal_error", "internal_server_error"),
            ErrorClass.OVERLOADED, List.of("insufficient_system_resource", "overloaded", "unavailable"),
            ErrorClass.TIMEOUT, List.of("timeout", "timed_out", "deadline_exceeded"),
            ErrorClass.MODEL_OUTPUT_INVALID, List.of("malformed_function_call", "function_call_filter", "malformed_response",
                    "unexpected_tool_call")));
    private static final Set<FinishReason> CUT = EnumSet.of(FinishReason.LENGTH, FinishReason.CONTENT_FILTER,
            FinishReason.REFUSAL);
    /** The words that some servers write as the reason of every chunk before the last one. */
    private static final List<String> NONE = List.of("", "null", "none", "unspecified");

    private FinishReasons() {
    }

    private static <T> Map<String, T> table(Map<T, List<String>> spellings) {
        return spellings.entrySet().stream()
                .flatMap(row -> row.getValue().stream().map(spelling -> Map.entry(key(spelling), row.getKey())))
                .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * Returns the letters of a reason. Some servers write the name of a type before it; Gemini's compatible API writes the
     * filtered subject after a colon.
     */
    private static String key(String raw) {
        String reason = raw.indexOf(':') < 0 ? raw : raw.substring(0, raw.indexOf(':'));
        String letters = reason.substring(reason.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return letters.startsWith("finishreason") ? letters.substring("finishreason".length()) : letters;
    }

    /** Returns whether a reason means that the reply has not ended yet. */
    public static boolean isNone(String raw) {
        return NONE.contains(key(raw));
    }

    /** Returns whether a reason means that the reply is not whole: a limit, a filter, a refusal or a failure that is known. */
    static boolean isCut(String raw) {
        FinishReason end = ENDS.get(key(raw));
        return end == null ? FAILURES.containsKey(key(raw)) : CUT.contains(end);
    }

    /**
     * Returns the meaning of a reason.
     *
     * @throws io.parley.conversation.Failure.Provider if the reason means that the reply is not whole, is unknown, or is empty
     */
    public static FinishReason of(String raw) {
        String key = key(raw);
        FinishReason known = ENDS.get(key);
        if (known == null) {
            throw Objects.requireNonNullElse(FAILURES.get(key), ErrorClass.STREAM_TRUNCATED).failure();
        }
        return known;
    }
}

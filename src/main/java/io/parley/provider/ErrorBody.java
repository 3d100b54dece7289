package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The statements of an error's body, in any of the known forms. Parley uses them only to judge the error and never shows them.
 *
 * @param status the HTTP status; where there is none (errors within a stream) the body's numeric code, else 0
 * @param codes code, type and detailed code in lower case, each between spaces
 * @param message in lower case
 * @param field the field of the request that the error is about, in lower case; empty if the error names none
 * @param refusedMessage index of the refused message in the array of messages; null if the error names none
 */
record ErrorBody(int status, String codes, String message, String field, long promptTokens, long contextTokens,
        @Nullable Integer refusedMessage) {
    private static final Pattern STATUS = Pattern.compile("[45]\\d\\d");
    /** Finds {@code messages.3.content}, {@code messages[3].content} and {@code ["body","messages",3,"content"]}. */
    private static final Pattern REFUSED_MESSAGE = Pattern.compile("\\bmessages[\"']?[.,\\[\\s]{1,3}(\\d{1,6})\\b");

    /** Reads a body of any kind: JSON or not, empty or not. */
    static ErrorBody of(int httpStatus, String body) {
        return of(httpStatus, WireJson.parse(body.strip()), body);
    }

    /** Reads an error that came within an answer. */
    static ErrorBody ofEvent(JsonNode event) {
        return of(0, event, "");
    }

    private static ErrorBody of(int httpStatus, JsonNode root, String otherwise) {
        String raw = root.path("error").path("metadata").path("raw").asText("");
        if (raw.isBlank()) {
            return direct(httpStatus, root, otherwise);
        }
        // A router such as OpenRouter repeats its provider's error. Both the provider's text and the router's status count.
        ErrorBody inner = direct(httpStatus, WireJson.parse(raw), raw);
        ErrorBody outer = direct(httpStatus, root, otherwise);
        return new ErrorBody(outer.status, outer.codes + inner.codes, outer.message + " " + inner.message,
                inner.field.isEmpty() ? outer.field : inner.field, inner.promptTokens, inner.contextTokens,
                inner.refusedMessage != null ? inner.refusedMessage : outer.refusedMessage);
    }

    private static ErrorBody direct(int httpStatus, JsonNode root, String otherwise) {
        JsonNode whole = root.isArray() ? root.path(0) : root;
        JsonNode error = whole.path("error").isMissingNode() || whole.path("error").isNull() ? whole : whole.path("error");
        if (!error.isObject()) {
            return new ErrorBody(httpStatus, " ", lower(error.isTextual() ? error.textValue() : otherwise), "", 0, 0,
                    refused(root));
        }
        String codes = " " + error.path("code").asText("") + " " + error.path("type").asText("") + " "
                + error.path("details").path("error_code").asText("") + " ";
        return new ErrorBody(httpStatus != 0 ? httpStatus : statusIn(error).orElse(0), lower(codes),
                lower(WireJson.textOrEmpty(error, "message")), lower(fieldIn(error)), error.path("n_prompt_tokens").asLong(),
                error.path("n_ctx").asLong(), refused(root));
    }

    private static String fieldIn(JsonNode error) {
        JsonNode place = error.path("detail").path(0).path("loc");
        return place.isEmpty() ? WireJson.textOrEmpty(error, "param") : place.path(place.size() - 1).asText("");
    }

    private static @Nullable Integer refused(JsonNode root) {
        Matcher found = REFUSED_MESSAGE.matcher(root.toString().replace("\\\"", "\""));
        return found.find() ? Integer.valueOf(found.group(1)) : null;
    }

    /** Whether one of the codes is this one. */
    boolean hasCode(String code) {
        return codes.contains(" " + code + " ");
    }

    private static OptionalInt statusIn(JsonNode error) {
        String code = error.path("code").asText("");
        return STATUS.matcher(code).matches() ? OptionalInt.of(Integer.parseInt(code)) : OptionalInt.empty();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}

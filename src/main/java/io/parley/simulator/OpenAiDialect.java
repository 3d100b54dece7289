package io.parley.simulator;

import io.parley.simulator.PromptCache.CacheUse;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** OpenAI's Chat Completions. */
final class OpenAiDialect implements Dialect {

    @Override
    public Prompt read(JsonObject body, MultiMap headers) {
        return OpenAiRequests.read(body);
    }

    @Override
    public void checkWindow(Prompt prompt, int window) {
        int input = prompt.prefix().tokens();
        if (input > window) {
            throw contextTooLong(input, window);
        }
        if (prompt.maxTokens() != Integer.MAX_VALUE && (long) input + prompt.maxTokens() > window) {
            throw tooLong("This model's maximum context length is " + window + " tokens. However, you requested "
                    + ((long) input + prompt.maxTokens()) + " tokens (" + input + " in the messages, " + prompt.maxTokens()
                    + " in the completion). Please reduce the length of the messages or completion.");
        }
    }

    @Override
    public Refused contextTooLong(int tokens, int window) {
        return tooLong("This model's maximum context length is " + window + " tokens. However, your messages resulted in "
                + tokens + " tokens. Please reduce the length of the messages.");
    }

    private static Refused tooLong(String message) {
        return new Refused(Refused.Kind.INVALID, message, "messages", "context_length_exceeded");
    }

    @Override
    public CacheUse cache(PromptCache cache, Prompt prompt) {
        return cache.automatic(prompt.prefix());
    }

    @Override
    public JsonObject whole(Reply reply) {
        return OpenAiReplies.whole(reply);
    }

    @Override
    public Script script(Reply reply, int tokensPerEvent) {
        String error = OpenAiReplies.data(error(Failures.inStream(), ""));
        return OpenAiReplies.script(reply, tokensPerEvent, error);
    }

    @Override
    public int status(Refused.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case AUTHENTICATION -> 401;
            case PERMISSION -> 403;
            case NOT_FOUND -> 404;
            case TOO_LARGE -> 413;
            case RATE_LIMIT, QUOTA -> 429;
            case SERVER -> 500;
            case OVERLOADED -> 503;
        };
    }

    @Override
    public JsonObject error(Refused refused, String requestId) {
        return new JsonObject().put("error", new JsonObject().put("message", refused.sentence())
                .put("type", type(refused.kind())).put("param", refused.parameter()).put("code", code(refused)));
    }

    private static String type(Refused.Kind kind) {
        return switch (kind) {
            case INVALID, AUTHENTICATION, PERMISSION, NOT_FOUND, TOO_LARGE -> "invalid_request_error";
            case RATE_LIMIT -> "requests";
            case QUOTA -> "insufficient_quota";
            case SERVER -> "server_error";
            case OVERLOADED -> "service_unavailable_error";
        };
    }

    private static @Nullable String code(Refused refused) {
        return switch (refused.kind()) {
            case INVALID, PERMISSION, TOO_LARGE, SERVER -> refused.code();
            case AUTHENTICATION -> "invalid_api_key";
            case NOT_FOUND -> "model_not_found";
            case RATE_LIMIT -> "rate_limit_exceeded";
            case QUOTA -> "insufficient_quota";
            case OVERLOADED -> "server_is_overloaded";
        };
    }

    @Override
    public String requestIdHeader() {
        return "x-request-id";
    }
}

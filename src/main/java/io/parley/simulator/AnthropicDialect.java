package io.parley.simulator;

import io.parley.simulator.PromptCache.CacheUse;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;

/** Anthropic's Messages. */
final class AnthropicDialect implements Dialect {

    @Override
    public Prompt read(JsonObject body, MultiMap headers) {
        return AnthropicRequests.read(body, headers);
    }

    @Override
    public void checkWindow(Prompt prompt, int window) {
        int input = prompt.prefix().tokens();
        if (input > window) {
            throw contextTooLong(input, window);
        }
        if ((long) input + prompt.maxTokens() > window) {
            throw Refused.invalid("input length and `max_tokens` exceed context limit: " + input + " + " + prompt.maxTokens()
                    + " > " + window + ", decrease input length or `max_tokens` and try again");
        }
    }

    @Override
    public Refused contextTooLong(int tokens, int window) {
        return Refused.invalid("prompt is too long: " + tokens + " tokens > " + window + " maximum");
    }

    @Override
    public CacheUse cache(PromptCache cache, Prompt prompt) {
        return cache.marked(prompt.prefix());
    }

    @Override
    public JsonObject whole(Reply reply) {
        return AnthropicReplies.whole(reply);
    }

    @Override
    public Script script(Reply reply, int tokensPerEvent) {
        JsonObject error = error(Failures.inStream(), "req_sim" + reply.number());
        return AnthropicReplies.script(reply, tokensPerEvent, AnthropicReplies.event("error", error));
    }

    @Override
    public int status(Refused.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case AUTHENTICATION -> 401;
            case QUOTA -> 402;
            case PERMISSION -> 403;
            case NOT_FOUND -> 404;
            case TOO_LARGE -> 413;
            case RATE_LIMIT -> 429;
            case SERVER -> 500;
            case OVERLOADED -> 529;
        };
    }

    @Override
    public JsonObject error(Refused refused, String requestId) {
        return new JsonObject().put("type", "error")
                .put("error", new JsonObject().put("type", type(refused.kind())).put("message", refused.sentence()))
                .put("request_id", requestId);
    }

    private static String type(Refused.Kind kind) {
        return switch (kind) {
            case INVALID -> "invalid_request_error";
            case AUTHENTICATION -> "authentication_error";
            case QUOTA -> "billing_error";
            case PERMISSION -> "permission_error";
            case NOT_FOUND -> "not_found_error";
            case TOO_LARGE -> "request_too_large";
            case RATE_LIMIT -> "rate_limit_error";
            case SERVER -> "api_error";
            case OVERLOADED -> "overloaded_error";
        };
    }

    @Override
    public String requestIdHeader() {
        return "request-id";
    }
}

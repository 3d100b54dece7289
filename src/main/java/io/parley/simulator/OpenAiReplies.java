package io.parley.simulator;

import io.parley.simulator.Dialect.Reply;
import io.parley.simulator.Prompt.Answer;
import io.parley.simulator.Prompt.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes replies as OpenAI's Chat Completions do. */
final class OpenAiReplies {

    private OpenAiReplies() {
    }

    /** The reply in one piece. */
    static JsonObject whole(Reply reply) {
        Answer answer = reply.answer();
        Call call = answer.call();
        JsonObject message = new JsonObject().put("role", "assistant")
                .put("content", answer.text().isEmpty() && call != null ? null : answer.text())
                .put("refusal", null);
        if (call != null) {
            message.put("tool_calls", new JsonArray().add(toolCall(call.id(), call.name(), call.arguments())));
        }
        message.put("annotations", new JsonArray());
        JsonObject choice = new JsonObject().put("index", 0).put("message", message).put("logprobs", null)
                .put("finish_reason", finishReason(answer));
        return envelope(reply, "chat.completion").put("choices", new JsonArray().add(choice)).put("usage", usage(reply))
                .put("service_tier", "default");
    }

    /** The reply piece by piece. */
    static Script script(Reply reply, int tokensPerEvent, String error) {
        Answer answer = reply.answer();
        Call call = answer.call();
        int texts = Tokens.pieces(answer.text(), tokensPerEvent);
        Stream<String> pieces = Tokens.stream(answer.text(), tokensPerEvent)
                .map(piece -> chunk(reply, new JsonObject().put("content", piece), null));
        int count = texts;
        if (call != null) {
            count += 1 + Tokens.pieces(call.arguments(), tokensPerEvent);
            pieces = Stream.concat(pieces, callPieces(reply, call, tokensPerEvent));
        }
        JsonObject role = new JsonObject().put("role", "assistant").put("content", texts == 0 && call != null ? null : "")
                .put("refusal", null);
        return new Script(chunk(reply, role, null), count, pieces.iterator(), closing(reply), error);
    }

    // Only the first fragment names the call; the others are joined to it by its index.
    private static Stream<String> callPieces(Reply reply, Call call, int tokensPerEvent) {
        JsonObject first = new JsonObject().put("index", 0).mergeIn(toolCall(call.id(), call.name(), ""));
        Stream<JsonObject> rest = Tokens.stream(call.arguments(), tokensPerEvent).map(piece -> new JsonObject()
                .put("index", 0).put("function", new JsonObject().put("arguments", piece)));
        return Stream.concat(Stream.of(first), rest).map(fragment -> chunk(reply, toolDelta(fragment), null));
    }

    private static JsonObject toolDelta(JsonObject fragment) {
        return new JsonObject().put("tool_calls", new JsonArray().add(fragment));
    }

    private static JsonObject toolCall(String id, String name, String arguments) {
        return new JsonObject().put("id", id).put("type", "function")
                .put("function", new JsonObject().put("name", name).put("arguments", arguments));
    }

    private static String closing(Reply reply) {
        String end = chunk(reply, new JsonObject(), finishReason(reply.answer()));
        if (reply.prompt().usageInStream()) {
            end += data(envelope(reply, "chat.completion.chunk").put("service_tier", "default")
                    .put("choices", new JsonArray()).put("usage", usage(reply)));
        }
        return end + "data: [DONE]\n\n";
    }

    private static String chunk(Reply reply, JsonObject delta, @Nullable String finishReason) {
        JsonObject chunk = envelope(reply, "chat.completion.chunk").put("service_tier", "default")
                .put("choices", new JsonArray().add(new JsonObject().put("index", 0).put("delta", delta)
                        .put("logprobs", null).put("finish_reason", finishReason)));
        return data(reply.prompt().usageInStream() ? chunk.put("usage", null) : chunk);
    }

    /** One event of the stream. */
    static String data(JsonObject json) {
        return "data: " + json.encode() + "\n\n";
    }

    private static JsonObject envelope(Reply reply, String object) {
        return new JsonObject().put("id", "chatcmpl-sim" + reply.number()).put("object", object)
                .put("created", reply.created()).put("model", reply.prompt().model());
    }

    private static String finishReason(Answer answer) {
        return switch (answer.ending()) {
            case WHOLE, STOP_TEXT -> "stop";
            case LENGTH -> "length";
            case TOOL_CALL -> "tool_calls";
        };
    }

    private static JsonObject usage(Reply reply) {
        int input = reply.prompt().prefix().tokens();
        int output = reply.answer().tokens();
        return new JsonObject().put("prompt_tokens", input).put("completion_tokens", output)
                .put("total_tokens", input + output)
                .put("prompt_tokens_details",
                        new JsonObject().put("cached_tokens", reply.cache().read()).put("audio_tokens", 0))
                .put("completion_tokens_details", new JsonObject().put("reasoning_tokens", 0).put("audio_tokens", 0)
                        .put("accepted_prediction_tokens", 0).put("rejected_prediction_tokens", 0));
    }
}

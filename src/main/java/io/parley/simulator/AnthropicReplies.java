package io.parley.simulator;

import io.parley.simulator.Dialect.Reply;
import io.parley.simulator.Prompt.Answer;
import io.parley.simulator.Prompt.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes replies as Anthropic's Messages do. */
final class AnthropicReplies {

    private AnthropicReplies() {
    }

    /** The reply in one piece. */
    static JsonObject whole(Reply reply) {
        Answer answer = reply.answer();
        Call call = answer.call();
        JsonArray content = new JsonArray();
        if (!answer.text().isEmpty()) {
            content.add(textBlock(answer.text()));
        }
        if (call != null) {
            content.add(toolBlock(call).put("input", new JsonObject(call.arguments())));
        }
        return message(reply, content, stopReason(answer), answer.stoppedAt(), usage(reply, answer.tokens()));
    }

    /** The reply piece by piece. */
    static Script script(Reply reply, int tokensPerEvent, String error) {
        Answer answer = reply.answer();
        Call call = answer.call();
        int texts = Tokens.pieces(answer.text(), tokensPerEvent);
        int calls = call == null ? 0 : 1 + Tokens.pieces(call.arguments(), tokensPerEvent);
        Stream<String> pieces = Stream.concat(
                Stream.of(event("content_block_start", start(0, textBlock("")))).limit(texts),
                Tokens.stream(answer.text(), tokensPerEvent).map(AnthropicReplies::textDelta));
        if (call != null) {
            pieces = Stream.concat(pieces, callPieces(call, texts > 0, tokensPerEvent));
        }
        return new Script(opening(reply), (texts > 0 ? 1 : 0) + texts + calls, pieces.iterator(),
                closing(reply, texts > 0 || call != null), error);
    }

    private static Stream<String> callPieces(Call call, boolean afterText, int tokensPerEvent) {
        int index = afterText ? 1 : 0;
        String start = (afterText ? event("content_block_stop", new JsonObject().put("index", 0)) : "")
                + event("content_block_start", start(index, toolBlock(call).put("input", new JsonObject())))
                + event("content_block_delta", jsonDelta(index, ""));
        return Stream.concat(Stream.of(start), Tokens.stream(call.arguments(), tokensPerEvent)
                .map(piece -> event("content_block_delta", jsonDelta(index, piece))));
    }

    private static String opening(Reply reply) {
        JsonObject message = message(reply, new JsonArray(), null, null, usage(reply, 1));
        return event("message_start", new JsonObject().put("message", message)) + event("ping", new JsonObject());
    }

    private static String closing(Reply reply, boolean blockIsOpen) {
        Answer answer = reply.answer();
        int lastIndex = answer.call() != null && !answer.text().isEmpty() ? 1 : 0;
        JsonObject delta = new JsonObject().put("stop_reason", stopReason(answer)).put("stop_sequence", answer.stoppedAt());
        return (blockIsOpen ? event("content_block_stop", new JsonObject().put("index", lastIndex)) : "")
                + event("message_delta", new JsonObject().put("delta", delta).put("usage", usage(reply, answer.tokens())))
                + event("message_stop", new JsonObject());
    }

    /** One event of the stream; its type is named twice, as in the original. */
    static String event(String type, JsonObject fields) {
        return "event: " + type + "\ndata: " + new JsonObject().put("type", type).mergeIn(fields).encode() + "\n\n";
    }

    private static String textDelta(String piece) {
        return event("content_block_delta", new JsonObject().put("index", 0)
                .put("delta", new JsonObject().put("type", "text_delta").put("text", piece)));
    }

    private static JsonObject jsonDelta(int index, String piece) {
        return new JsonObject().put("index", index)
                .put("delta", new JsonObject().put("type", "input_json_delta").put("partial_json", piece));
    }

    private static JsonObject start(int index, JsonObject block) {
        return new JsonObject().put("index", index).put("content_block", block);
    }

    private static JsonObject textBlock(String text) {
        return new JsonObject().put("type", "text").put("text", text);
    }

    private static JsonObject toolBlock(Call call) {
        return new JsonObject().put("type", "tool_use").put("id", call.id()).put("name", call.name());
    }

    private static JsonObject message(Reply reply, JsonArray content, @Nullable String stopReason,
            @Nullable String stopSequence, JsonObject usage) {
        return new JsonObject().put("id", "msg_sim" + reply.number()).put("type", "message").put("role", "assistant")
                .put("model", reply.prompt().model()).put("content", content).put("stop_reason", stopReason)
                .put("stop_sequence", stopSequence).put("usage", usage);
    }

    private static String stopReason(Answer answer) {
        return switch (answer.ending()) {
            case WHOLE -> "end_turn";
            case LENGTH -> "max_tokens";
            case STOP_TEXT -> "stop_sequence";
            case TOOL_CALL -> "tool_use";
        };
    }

    private static JsonObject usage(Reply reply, int output) {
        int read = reply.cache().read();
        int written = reply.cache().written();
        return new JsonObject().put("input_tokens", reply.prompt().prefix().tokens() - read - written)
                .put("cache_creation_input_tokens", written).put("cache_read_input_tokens", read)
                .put("cache_creation", new JsonObject().put("ephemeral_5m_input_tokens", written)
                        .put("ephemeral_1h_input_tokens", 0))
                .put("output_tokens", output).put("service_tier", "standard");
    }
}

package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.provider.ErrorClass;
import io.parley.provider.ErrorClassifier;
import io.parley.provider.ReplyReader;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import io.parley.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/** Reads a chat completion, streamed or whole, of OpenAI and of the servers that deviate from it in known ways. */
final class OpenAiReader implements ReplyReader {
    private final ToolCallDrafts toolCalls = new ToolCallDrafts();
    private final StringBuilder reasoning = new StringBuilder();
    private boolean ended;
    private boolean refused;
    private String finishReason = "";
    private @Nullable String responseId;

    @Override
    public void read(SseEvent event, ReplySink sink) {
        TextChunk next = event.type().equals("error") ? null : TextChunk.of(event.bytes());
        if (next == null) {
            readAny(event, sink);
        } else {
            replyId(next.id());
            closeReasoning(sink);
            sink.text(next.text());
        }
    }

    /** Takes an event of any kind; a text, too, which {@link #read} only takes faster. */
    void readAny(SseEvent event, ReplySink sink) {
        if (!event.startsWith('{') && isNothingToParse(event.data())) {
            return;
        }
        JsonNode chunk = WireJson.parse(event.bytes());
        if (!chunk.isObject()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        if (isError(event.type(), chunk)) {
            throw ErrorClassifier.ofEvent(chunk);
        }
        chunk(chunk, "delta", sink);
    }

    private boolean isNothingToParse(String data) {
        boolean last = data.strip().equals("[DONE]");
        ended |= last;
        return last || data.isBlank();
    }

    @Override
    public void readWhole(JsonNode answer, ReplySink sink) {
        if (isError("", answer)) {
            throw ErrorClassifier.ofEvent(answer);
        }
        if (!answer.path("choices").isArray() || answer.path("choices").isEmpty()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        chunk(answer, "message", sink);
        ended = true;
    }

    private static boolean isError(String eventType, JsonNode chunk) {
        boolean known = chunk.has("choices") || chunk.has("usage");
        return chunk.hasNonNull("error") || eventType.equals("error")
                || (!known && (chunk.path("object").asText().equals("error") || chunk.has("detail")));
    }

    private void chunk(JsonNode chunk, String part, ReplySink sink) {
        replyId(WireJson.text(chunk, "id"));
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("index").asInt(0) == 0) {
                delta(choice.path(part), sink);
                finishReason(WireJson.textOrEmpty(choice, "finish_reason"));
            }
        }
        JsonNode usage = chunk.path("usage");
        if (usage.isObject()) {
            sink.used(OpenAiUsage.of(usage));
        }
    }

    private void replyId(@Nullable String id) {
        if (id != null && !id.isEmpty()) {
            responseId = id;
        }
    }

    private void delta(JsonNode delta, ReplySink sink) {
        String thought = WireJson.textOrEmpty(delta, "reasoning");
        thought = thought.isEmpty() ? WireJson.textOrEmpty(delta, "reasoning_content") : thought;
        reasoning.append(thought);
        sink.thinking(thought);
        String text = WireJson.textOrEmpty(delta, "content");
        String refusal = WireJson.textOrEmpty(delta, "refusal");
        if (!text.isEmpty() || !refusal.isEmpty()) {
            closeReasoning(sink);
        }
        sink.text(text);
        sink.refusal(refusal);
        refused |= !refusal.isEmpty();
        toolCalls.add(delta.path("tool_calls"), sink);
    }

    /** The whole reasoning as a block, before what follows it. */
    private void closeReasoning(ReplySink sink) {
        if (!reasoning.isEmpty()) {
            sink.block(new Content.Thinking(OpenAiChatProvider.PROTOCOL, reasoning.toString(), null));
            reasoning.setLength(0);
        }
    }

    private void finishReason(String reason) {
        if (reason.equals("error")) {
            throw ErrorClass.SERVER_ERROR.failure();
        }
        if (!reason.isEmpty()) {
            finishReason = reason;
        }
    }

    @Override
    public boolean isFinished() {
        return ended || !finishReason.isEmpty();
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public Finished finish(ReplySink sink) {
        closeReasoning(sink);
        boolean called = toolCalls.finish(!finishReason.equals("length"), responseId, sink);
        return new Finished(reason(called), finishReason, sink.usage(), responseId);
    }

    private FinishReason reason(boolean called) {
        return switch (finishReason) {
            case "length" -> FinishReason.LENGTH;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> {
                if (called) {
                    yield FinishReason.TOOL_CALLS;
                }
                if (refused) {
                    yield FinishReason.REFUSAL;
                }
                yield finishReason.isEmpty() ? FinishReason.UNKNOWN : FinishReason.STOP;
            }
        };
    }

    @Override
    public @Nullable String responseId() {
        return responseId;
    }
}

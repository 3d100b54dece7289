package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.provider.ErrorClass;
import io.parley.provider.ErrorClassifier;
import io.parley.provider.ReplyReader;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import io.parley.sse.SseEvent;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a message, streamed or whole. The events' own {@code type} counts, as some servers send no event names. */
final class AnthropicReader implements ReplyReader {
    private final AnthropicUsage usage = new AnthropicUsage();
    private final Map<Integer, BlockDraft> open = new TreeMap<>();
    private boolean ended;
    private String stopReason = "";
    private @Nullable String responseId;

    @Override
    public void read(SseEvent event, ReplySink sink) {
        TextDelta next = TextDelta.of(event.bytes());
        if (next == null) {
            readAny(event, sink);
        } else if (open.containsKey(next.index())) {
            sink.text(next.text());
        }
    }

    /** Takes an event of any kind; a text, too, which {@link #read} only takes faster. */
    void readAny(SseEvent event, ReplySink sink) {
        if (!event.startsWith('{') && event.data().isBlank()) {
            return;
        }
        JsonNode data = WireJson.parse(event.bytes());
        if (!data.isObject()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        String type = data.path("type").asText(event.type());
        switch (type) {
            case "message_start" -> start(data.path("message"), sink);
            case "content_block_start" -> startBlock(data, sink);
            case "content_block_delta" -> delta(data, sink);
            case "content_block_stop" -> stopBlock(data, sink);
            case "message_delta" -> messageDelta(data, sink);
            case "message_stop" -> ended = true;
            case "error" -> throw ErrorClassifier.ofEvent(data);
            default -> failIfError(data);
        }
    }

    /** New types may come at any time and mean nothing here, but an error is one by whatever name. */
    private static void failIfError(JsonNode data) {
        if (data.hasNonNull("error")) {
            throw ErrorClassifier.ofEvent(data);
        }
    }

    @Override
    public void readWhole(JsonNode answer, ReplySink sink) {
        failIfError(answer);
        if (!answer.path("content").isArray()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        start(answer, sink);
        for (JsonNode block : answer.path("content")) {
            new BlockDraft(block, sink).finish(true, sink);
        }
        stop(answer, sink);
        ended = true;
    }

    private void start(JsonNode message, ReplySink sink) {
        String id = WireJson.text(message, "id");
        responseId = id != null ? id : responseId;
        used(message.path("usage"), sink);
    }

    private void startBlock(JsonNode data, ReplySink sink) {
        BlockDraft before = open.put(data.path("index").asInt(), new BlockDraft(data.path("content_block"), sink));
        if (before != null) {
            before.finish(true, sink);
        }
        if (open.size() > ReplySink.MOST_BLOCKS) {
            sink.overflow();
        }
    }

    private void delta(JsonNode data, ReplySink sink) {
        BlockDraft draft = open.get(data.path("index").asInt());
        if (draft != null) {
            draft.add(data.path("delta"), sink);
        }
    }

    private void stopBlock(JsonNode data, ReplySink sink) {
        BlockDraft draft = open.get(data.path("index").asInt());
        // A call cut by the token limit looks whole until the reason of the end is known, if its arguments are no JSON.
        if (draft != null && draft.isWhole()) {
            open.remove(data.path("index").asInt());
            draft.finish(true, sink);
        }
    }

    private void messageDelta(JsonNode data, ReplySink sink) {
        used(data.path("usage"), sink);
        stop(data.path("delta"), sink);
    }

    private void stop(JsonNode delta, ReplySink sink) {
        String reason = WireJson.textOrEmpty(delta, "stop_reason");
        if (reason.isEmpty()) {
            return;
        }
        stopReason = reason;
        if (reason.equals("refusal")) {
            sink.refusal(WireJson.text(delta.path("stop_details"), "explanation"));
        }
    }

    private void used(JsonNode reported, ReplySink sink) {
        if (reported.isObject()) {
            sink.used(usage.replace(reported));
        }
    }

    @Override
    public boolean isFinished() {
        return !stopReason.isEmpty();
    }

    @Override
    public boolean isEnded() {
        return ended && isFinished();
    }

    @Override
    public Finished finish(ReplySink sink) {
        boolean cut = stopReason.equals("max_tokens") || stopReason.equals("model_context_window_exceeded");
        open.values().forEach(draft -> draft.finish(!cut, sink));
        open.clear();
        return new Finished(reason(), stopReason, sink.usage(), responseId);
    }

    private FinishReason reason() {
        return switch (stopReason) {
            case "end_turn", "stop_sequence" -> FinishReason.STOP;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "tool_use" -> FinishReason.TOOL_CALLS;
            case "refusal" -> FinishReason.REFUSAL;
            default -> FinishReason.UNKNOWN;
        };
    }

    @Override
    public @Nullable String responseId() {
        return responseId;
    }
}

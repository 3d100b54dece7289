package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.provider.ChunkShape;
import io.parley.provider.ErrorClass;
import io.parley.provider.ErrorClassifier;
import io.parley.provider.FinishReasons;
import io.parley.provider.Heartbeats;
import io.parley.provider.ReplyReader;
import io.parley.provider.ReplySink;
import io.parley.provider.StatedReason;
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
    private boolean calls;
    private final StatedReason stopReason = new StatedReason();
    private @Nullable String responseId;
    private final ChunkShape shape = new ChunkShape();
    private int shapeIndex;

    @Override
    public boolean readText(String type, byte[] bytes, int from, int to, ReplySink sink) {
        String text = isText(shapeIndex) ? shape.text(bytes, from, to) : null;
        if (text != null) {
            sink.text(text);
        }
        return text != null;
    }

    @Override
    public void read(SseEvent event, ReplySink sink) {
        TextDelta next = TextDelta.of(event.bytes());
        if (next == null || !isText(next.index())) {
            readAny(event, sink);
        } else {
            next.teach(shape, event.bytes());
            shapeIndex = next.index();
            sink.text(next.text());
        }
    }

    private boolean isText(int index) {
        BlockDraft draft = open.get(index);
        return draft != null && draft.isText();
    }

    /** Takes an event of any kind; a text, too, which {@link #read} only takes faster. */
    void readAny(SseEvent event, ReplySink sink) {
        if (Heartbeats.isEnd(event)) {
            ended = true;
        } else if (!Heartbeats.isOne(event)) {
            any(event, sink);
        }
    }

    private void any(SseEvent event, ReplySink sink) {
        JsonNode data = WireJson.parse(event.bytes());
        if (event.type().equals("error") && !data.isObject()) {
            throw ErrorClassifier.ofEvent(new TextNode(event.data()));
        }
        if (!data.isObject()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        String type = data.path("type").asText(event.type());
        switch (type) {
            case "message_start" -> {
                start(data.path("message"), sink);
                used(data.path("message").path("usage"), sink);
            }
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
        if (!answer.path("content").isArray() && !answer.path("content").isTextual()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        start(answer, sink);
        last(answer.path("usage"), sink);
        usage.close();
        stop(answer, sink);
        ended = true;
    }

    /** Reads the beginning of a message. Some servers send the content of the whole message in it. */
    private void start(JsonNode message, ReplySink sink) {
        String id = WireJson.text(message, "id");
        responseId = id != null ? id : responseId;
        JsonNode content = message.path("content");
        sink.text(content.textValue());
        for (JsonNode block : content) {
            if (block.isTextual()) {
                sink.text(block.textValue());
            } else {
                finish(new BlockDraft(block, sink), true, sink);
            }
        }
    }

    private void startBlock(JsonNode data, ReplySink sink) {
        open(data.path("index").asInt(), new BlockDraft(data.path("content_block"), sink), sink);
    }

    private void open(int index, BlockDraft draft, ReplySink sink) {
        BlockDraft before = open.put(index, draft);
        if (before != null) {
            finish(before, true, sink);
        }
        if (open.size() > ReplySink.MOST_BLOCKS) {
            sink.overflow();
        }
    }

    private void delta(JsonNode data, ReplySink sink) {
        int index = data.path("index").asInt();
        BlockDraft known = open.get(index);
        BlockDraft draft = known != null ? known : begin(index, kindOf(data.path("delta")), sink);
        if (draft != null) {
            draft.add(data.path("delta"), sink);
        } else if (data.path("delta").size() > 1) {
            UnknownBlocks.requireNoText("", data.path("delta"));
            sink.notUnderstood();
        }
    }

    /**
     * Returns the kind of a piece. A piece of an unknown kind with a text counts as text, unless its name speaks of reasoning.
     */
    private static String kindOf(JsonNode delta) {
        String kind = WireJson.textOrEmpty(delta, "type");
        return delta.path("text").isTextual() && !UnknownBlocks.isReasoning(kind) ? "text_delta" : kind;
    }

    /** Opens a block whose beginning the server left out; null if its first piece does not show the type. */
    private @Nullable BlockDraft begin(int index, String firstDelta, ReplySink sink) {
        BlockDraft draft = BlockDraft.ofDelta(firstDelta, sink);
        if (draft != null) {
            open(index, draft, sink);
        }
        return draft;
    }

    private void stopBlock(JsonNode data, ReplySink sink) {
        BlockDraft draft = open.get(data.path("index").asInt());
        // A call cut by the token limit looks whole until the reason of the end is known, if its arguments are no JSON.
        if (draft != null && draft.isWhole()) {
            open.remove(data.path("index").asInt());
            finish(draft, true, sink);
        }
    }

    private void messageDelta(JsonNode data, ReplySink sink) {
        last(data.path("usage"), sink);
        stop(data.path("delta"), sink);
    }

    private void stop(JsonNode delta, ReplySink sink) {
        String reason = WireJson.textOrEmpty(delta, "stop_reason");
        if (FinishReasons.isNone(reason)) {
            return;
        }
        stopReason.next(reason, sink);
        if (reason.equals("refusal")) {
            sink.refusal(WireJson.text(delta.path("stop_details"), "explanation"));
        }
    }

    private void used(JsonNode reported, ReplySink sink) {
        if (reported.isObject()) {
            sink.used(usage.replace(reported));
        }
    }

    private void last(JsonNode reported, ReplySink sink) {
        if (reported.isObject()) {
            sink.used(usage.last(reported));
        }
    }

    private void finish(BlockDraft draft, boolean complete, ReplySink sink) {
        calls |= draft.finish(complete, responseId, sink);
    }

    @Override
    public boolean isFinished() {
        return !stopReason.raw().isEmpty();
    }

    @Override
    public boolean isEnded() {
        return ended && isFinished();
    }

    @Override
    public Finished finish(ReplySink sink) {
        FinishReason reason = FinishReasons.of(stopReason.raw());
        boolean cut = reason == FinishReason.LENGTH || reason == FinishReason.CONTENT_FILTER;
        open.values().forEach(draft -> finish(draft, !cut, sink));
        open.clear();
        sink.requireUnderstood(reason, calls);
        return new Finished(reason(reason), stopReason.raw(), usage.isWhole() ? sink.usage() : null, responseId);
    }

    /**
     * Returns the reason that fits the reply. A reply with a call waits for a result, and a reply without a call does not,
     * whatever the provider's reason says.
     */
    private FinishReason reason(FinishReason stated) {
        if (stated == FinishReason.STOP && calls) {
            return FinishReason.TOOL_CALLS;
        }
        return stated == FinishReason.TOOL_CALLS && !calls ? FinishReason.STOP : stated;
    }

    @Override
    public @Nullable String responseId() {
        return responseId;
    }
}

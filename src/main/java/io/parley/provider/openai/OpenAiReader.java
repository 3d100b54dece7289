package io.parley.provider.openai;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a chat completion, streamed or whole, of OpenAI and of the servers that deviate from it in known ways. */
final class OpenAiReader implements ReplyReader {
    private static final String DELTA = "delta";
    private static final String MESSAGE = "message";
    private final ToolCallDrafts toolCalls = new ToolCallDrafts();
    private final ReplyText said = new ReplyText();
    private final DeferredMessages beside = new DeferredMessages();
    private boolean streamed;
    private boolean thoughtInDeltas;
    private boolean ended;
    private int reply = -1;
    private final StatedReason finishReason = new StatedReason();
    private @Nullable String responseId;
    private final ChunkShape shape = new ChunkShape();
    private @Nullable String shapeId;

    @Override
    public boolean readText(String type, byte[] bytes, int from, int to, ReplySink sink) {
        String text = isReadFast(type) ? shape.text(bytes, from, to) : null;
        if (text != null) {
            text(shapeId, text, sink);
        }
        return text != null;
    }

    @Override
    public void read(SseEvent event, ReplySink sink) {
        TextChunk next = isReadFast(event.type()) ? TextChunk.of(event.bytes()) : null;
        if (next == null) {
            readAny(event, sink);
        } else {
            next.teach(shape, event.bytes());
            shapeId = next.id();
            text(shapeId, next.text(), sink);
        }
    }

    private boolean isReadFast(String type) {
        return reply <= 0 && !type.equals("error");
    }

    private void text(@Nullable String id, String text, ReplySink sink) {
        replyId(id);
        reply = 0;
        said.text(text, sink);
        deltaTaken(sink);
    }

    /** Takes an event of any kind; a text, too, which {@link #read} only takes faster. */
    void readAny(SseEvent event, ReplySink sink) {
        if (Heartbeats.isEnd(event)) {
            ended = true;
        } else if (!Heartbeats.isOne(event)) {
            chunk(event, sink);
        }
    }

    private void chunk(SseEvent event, ReplySink sink) {
        JsonNode chunk = WireJson.parse(event.bytes());
        if (event.type().equals("error") && !chunk.isObject()) {
            throw ErrorClassifier.ofEvent(new TextNode(event.data()));
        }
        if (!chunk.isObject()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        if (isError(event.type(), chunk)) {
            throw ErrorClassifier.ofEvent(chunk);
        }
        chunk(chunk, DELTA, MESSAGE, sink);
    }

    @Override
    public void readWhole(JsonNode answer, ReplySink sink) {
        if (isError("", answer)) {
            throw ErrorClassifier.ofEvent(answer);
        }
        if (!answer.path("choices").isArray() || answer.path("choices").isEmpty()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        chunk(answer, MESSAGE, DELTA, sink);
        ended = true;
    }

    private static boolean isError(String eventType, JsonNode chunk) {
        boolean known = chunk.has("choices") || chunk.has("usage");
        return DeltaMembers.isSaid(chunk.path("error")) || eventType.equals("error")
                || (!known && (chunk.path("object").asText().equals("error") || chunk.has("detail")));
    }

    /** Reads a chunk or an answer. Its choices have their content in one of two members. */
    private void chunk(JsonNode chunk, String usual, String other, ReplySink sink) {
        replyId(WireJson.text(chunk, "id"));
        for (JsonNode choice : chunk.path("choices")) {
            if (isOfReply(choice.path("index").asInt(0))) {
                choice(choice, usual, other, sink);
            }
        }
        used(chunk.path("usage"), sink);
        used(chunk.path("x_groq").path("usage"), sink);
        failIfError(chunk.path("x_groq"));
    }

    /** Returns whether a choice belongs to the reply. Parley asks for one reply, so the number of the first choice decides. */
    private boolean isOfReply(int index) {
        reply = reply < 0 ? index : reply;
        return index == reply;
    }

    /**
     * Fails if this node holds an error. OpenRouter reports within a choice why a reply ended early, and Groq in its own
     * member.
     */
    private static void failIfError(JsonNode holder) {
        if (DeltaMembers.isSaid(holder.path("error"))) {
            throw ErrorClassifier.ofEvent(holder);
        }
    }

    private void replyId(@Nullable String id) {
        if (id != null && !id.isEmpty()) {
            responseId = id;
        }
    }

    private void choice(JsonNode choice, String usual, String other, ReplySink sink) {
        JsonNode part = choice.path(usual);
        if (part.isObject()) {
            thought(part, sink);
            delta(part, sink);
            deltaTaken(sink);
            defer(choice.path(other), sink);
        } else if (DeltaMembers.isSaid(part)) {
            sink.notUnderstood();
        } else if (!beside.isEmpty()) {
            defer(choice.path(other), sink);
        } else if (!streamed) {
            repeat(choice.path(other), sink);
            said.content(choice.path("text"), sink);
        }
        finishReason.next(WireJson.textOrEmpty(choice, "finish_reason"), sink);
        used(choice.path("usage"), sink);
        failIfError(choice);
    }

    private void deltaTaken(ReplySink sink) {
        streamed |= sink.hasAnswer() || toolCalls.isAny();
        thoughtInDeltas |= sink.hasThoughts();
    }

    /** Keeps a message beside a delta, because the deltas may still say the same. */
    private void defer(JsonNode message, ReplySink sink) {
        boolean says = message.isObject() && message.properties().stream()
                .anyMatch(member -> !member.getKey().equals("role") && DeltaMembers.isContent(member.getValue()));
        if (!streamed && says) {
            beside.add(message, sink);
        }
    }

    /**
     * Takes from a message only the parts that were in no delta, because some servers repeat the whole message after or beside
     * its deltas.
     */
    private void repeat(JsonNode message, ReplySink sink) {
        if (!thoughtInDeltas) {
            thought(message, sink);
        }
        delta(message, sink);
    }

    private void thought(JsonNode delta, ReplySink sink) {
        said.thought(DeltaMembers.reasoning(delta), sink);
    }

    private void delta(JsonNode delta, ReplySink sink) {
        said.content(delta.path("content"), sink);
        said.refusal(delta.path("refusal"), sink);
        toolCalls.add(delta.path("tool_calls"), sink);
        toolCalls.add(delta.path("function_call"), sink);
        DeltaMembers.judgeUnknown(delta, sink);
    }

    private static void used(JsonNode usage, ReplySink sink) {
        if (usage.isObject()) {
            sink.used(OpenAiUsage.of(usage));
        }
    }

    @Override
    public boolean isFinished() {
        return ended || !finishReason.raw().isEmpty();
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    @Override
    public Finished finish(ReplySink sink) {
        List<JsonNode> messages = beside.take(sink);
        if (!streamed) {
            messages.forEach(message -> repeat(message, sink));
        }
        said.closeReasoning(sink);
        FinishReason reason = FinishReasons.of(finishReason.raw());
        boolean cut = reason == FinishReason.LENGTH || reason == FinishReason.CONTENT_FILTER;
        boolean called = toolCalls.finish(!cut, responseId, sink);
        sink.requireUnderstood(reason, called);
        return new Finished(cut ? reason : reason(reason, called), finishReason.raw(), sink.usage(), responseId);
    }

    private FinishReason reason(FinishReason stated, boolean called) {
        if (called) {
            return FinishReason.TOOL_CALLS;
        }
        if (said.isRefused()) {
            return FinishReason.REFUSAL;
        }
        return stated == FinishReason.TOOL_CALLS ? FinishReason.STOP : stated;
    }

    @Override
    public @Nullable String responseId() {
        return responseId;
    }
}

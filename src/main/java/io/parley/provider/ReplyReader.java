package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.sse.SseEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Understands the answer to one call. Every method may throw a {@link io.parley.conversation.Failure.Provider}, which ends
 * the call. A reader ignores fields and events that it does not know. A reply is whole only if the reader has understood its
 * content and its finish reason.
 */
public interface ReplyReader {

    /** Takes the next event of an answer that is a stream. */
    void read(SseEvent event, ReplySink sink);

    /**
     * Is offered the data of an event before {@link #read}, and takes it if it is a piece of text like the piece before.
     *
     * @param type {@code message} where the stream named none
     * @param bytes holds the data from {@code from} up to {@code to}; other data may stand there later
     * @return whether it was taken; false if it has had no effect
     */
    default boolean readText(String type, byte[] bytes, int from, int to, ReplySink sink) {
        return false;
    }

    /** Reads the text of an answer that is one JSON value, or a stream with one JSON value on each line. */
    default void readWhole(String text, ReplySink sink) {
        JsonNode parsed = WireJson.parse(text.getBytes(StandardCharsets.UTF_8));
        // Gemini sends an error as a list with one element.
        JsonNode answer = parsed.isArray() && parsed.size() == 1 ? parsed.path(0) : parsed;
        if (answer.isMissingNode()) {
            text.lines().filter(line -> !line.isBlank()).forEach(line -> read(new SseEvent("message", line, ""), sink));
        } else if (answer.isObject()) {
            readWhole(answer, sink);
        } else {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
    }

    /** Takes an answer that is one JSON object. */
    void readWhole(JsonNode answer, ReplySink sink);

    /** Returns whether the provider has sent a finish reason. Usage may still follow, and some servers continue the reply. */
    boolean isFinished();

    /** Whether nothing more follows that matters. */
    boolean isEnded();

    /** Gives on what only the end makes whole, and returns the last event. Called once, when the reply is finished. */
    Finished finish(ReplySink sink);

    /** The provider's name of this reply, if it has said it. */
    @Nullable
    String responseId();
}

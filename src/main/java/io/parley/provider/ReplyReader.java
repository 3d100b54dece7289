package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.sse.SseEvent;
import org.jspecify.annotations.Nullable;

/**
 * Understands the answer to one call. Every method may throw a {@link io.parley.conversation.Failure.Provider}, which ends
 * the call. What it does not know, it passes over; but it does not call a reply whole of which it has not understood the
 * content or
 * the reason of the end.
 */
public interface ReplyReader {

    /** Takes the next event of an answer that is a stream. */
    void read(SseEvent event, ReplySink sink);

    /** Takes the text of an answer that is one JSON value. */
    default void readWhole(String text, ReplySink sink) {
        JsonNode parsed = WireJson.parse(text);
        // Gemini writes an error as a list of one.
        JsonNode answer = parsed.isArray() && parsed.size() == 1 ? parsed.path(0) : parsed;
        if (!answer.isObject()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        readWhole(answer, sink);
    }

    /** Takes an answer that is one JSON object. */
    void readWhole(JsonNode answer, ReplySink sink);

    /** Whether the provider has said why the reply ended; usage may still follow, and some servers go on with the reply. */
    boolean isFinished();

    /** Whether nothing more follows that matters. */
    boolean isEnded();

    /** Gives on what only the end makes whole, and returns the last event. Called once, when the reply is finished. */
    Finished finish(ReplySink sink);

    /** The provider's name of this reply, if it has said it. */
    @Nullable
    String responseId();
}

package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.ReplyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What comes of a piece of an answer. */
public record ReplyOutcome(List<ReplyEvent> events, @Nullable String responseId, boolean finished, boolean ended,
        @Nullable String failure) {

    /** Reads with a reader and a sink, and then ends the reply. */
    public static ReplyOutcome of(ReplyReader reader, Consumer<ReplySink> reading) {
        List<ReplyEvent> events = new ArrayList<>();
        String failure = null;
        ReplySink sink = new ReplySink(Long.MAX_VALUE, events::add);
        try {
            reading.accept(sink);
            events.add(reader.finish(sink));
        } catch (Failure.Provider e) {
            failure = e.code() + " " + e.detail();
        }
        return new ReplyOutcome(events, reader.responseId(), reader.isFinished(), reader.isEnded(), failure);
    }
}

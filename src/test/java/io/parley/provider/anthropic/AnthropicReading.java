package io.parley.provider.anthropic;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ReplyReader;
import io.parley.provider.ReplyReading;
import io.parley.sse.SseEvent;
import java.util.function.Consumer;

/** Reads what Anthropic answers. */
public final class AnthropicReading {
    private static final String TEXT_BEGINS = """
            {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";

    private AnthropicReading() {
    }

    public static ReplyReader reader() {
        return new AnthropicReader();
    }

    /** An answer whose first block, of text, has just begun. */
    public static ReplyReading start(Consumer<ReplyEvent> out) {
        ReplyReading reading = new ReplyReading(new AnthropicReader(), out);
        reading.read(new SseEvent("content_block_start", TEXT_BEGINS, ""));
        return reading;
    }
}

package io.parley.provider.openai;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ReplyReader;
import io.parley.provider.ReplyReading;
import java.util.function.Consumer;

/** Reads what OpenAI answers. */
public final class OpenAiReading {

    private OpenAiReading() {
    }

    public static ReplyReader reader() {
        return new OpenAiReader();
    }

    public static ReplyReading start(Consumer<ReplyEvent> out) {
        return new ReplyReading(new OpenAiReader(), out);
    }
}

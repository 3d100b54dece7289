package io.parley.store;

import io.parley.api.json.EventJson;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.SessionId;
import io.parley.provider.ReplyReading;
import io.parley.provider.openai.OpenAiReading;
import io.parley.sse.SseEncoder;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The way of a token through one process, without waits and hops: from a provider's bytes to our event, from there to what a
 * client is sent and to what the log keeps.
 */
final class TokenPath {
    private static final SessionId SESSION = new SessionId("0198d4c1.9f6b");
    private final ReplyReading reading = OpenAiReading.start(this::said);
    private long id;
    private Buffer client = Buffer.buffer();
    private long sent;

    /** Takes bytes of the provider, and gives on what was in them. Gives how many bytes that has become. */
    long write(Buffer chunk) {
        client = Buffer.buffer();
        reading.write(chunk);
        sent += client.length();
        return sent;
    }

    private void said(ReplyEvent event) {
        if (event instanceof ReplyEvent.Text(String text)) {
            NumberedEvent told = new NumberedEvent(++id, new TurnEvent.Delta(text));
            toClient(told, client);
            sent += toLog(told);
        }
    }

    static void toClient(NumberedEvent event, Buffer to) {
        SseEncoder.begin(to, event.id(), EventJson.name(event.event()));
        EventJson.write(to, event.event(), SESSION);
        SseEncoder.end(to);
    }

    static long toLog(NumberedEvent event) {
        long bytes = 0;
        for (String argument : LogEntries.of(List.of(event), Integer.MAX_VALUE)) {
            bytes += argument.getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }
}

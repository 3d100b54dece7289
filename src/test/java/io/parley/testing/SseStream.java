package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stream of server-sent events, read one by one on the calling thread. */
public final class SseStream implements AutoCloseable {
    private final int status;
    private final HttpHeaders headers;
    private final InputStream body;
    private final BufferedReader lines;

    /** One event. */
    public record Event(String id, String name, String data) {

        public JsonNode json() {
            return ChatClient.parse(data);
        }

        public long number() {
            return Long.parseLong(id);
        }
    }

    SseStream(int status, HttpHeaders headers, InputStream body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    public int status() {
        return status;
    }

    public HttpHeaders headers() {
        return headers;
    }

    /** The next event; null at the end of the stream. */
    public Event next() {
        String id = "";
        String name = "message";
        StringBuilder data = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    return new Event(id, name, data.toString());
                }
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line, 6, line.length());
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next event of this name, those before it skipped; null if there is none. */
    public Event next(String wanted) {
        Event event = next();
        while (event != null && !event.name().equals(wanted)) {
            event = next();
        }
        return event;
    }

    /** All events to the end. */
    public List<Event> rest() {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    /** What is left of the answer as text, for one that is no stream. */
    public String body() {
        return String.join("\n", lines.lines().toList());
    }

    /** What a page would show after these events. */
    public static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            if (event.name().equals("reset")) {
                text.setLength(0);
            }
            if (event.name().equals("reset") || event.name().equals("delta")) {
                text.append(event.json().path("text").asText(""));
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.parley.provider;

import io.parley.sse.SseEvent;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the events by which servers keep a connection alive. Such events have no content, and their data need not be JSON. */
public final class Heartbeats {
    private static final Set<String> NAMES = Set.of("ping", "pong", "keepalive", "keep-alive", "keep_alive", "heartbeat");
    private static final int LONGEST = 64;
    private static final Pattern DATA = Pattern.compile(
            "[\\s:\\[\"]*(ping|pong|keep[-_ ]?alive|heart[-_ ]?beat|null)[\\s.!\\]\"]*", Pattern.CASE_INSENSITIVE);

    private static final Pattern END = Pattern.compile("[\\s\\[\"<]*DONE[\\s\\]\">]*", Pattern.CASE_INSENSITIVE);

    private Heartbeats() {
    }

    /** Returns whether an event is such a heartbeat. */
    public static boolean isOne(SseEvent event) {
        if (event.startsWith('{')) {
            return false;
        }
        return NAMES.contains(event.type()) || event.bytes().length == 0
                || (event.bytes().length <= LONGEST && isEmpty(event.data()));
    }

    private static boolean isEmpty(String data) {
        return data.isBlank() || DATA.matcher(data).matches();
    }

    /**
     * Returns whether an event is {@code [DONE]}, with which OpenAI and some servers of other protocols end a stream. Some
     * servers write it without its brackets, or quote it.
     */
    public static boolean isEnd(SseEvent event) {
        return !event.startsWith('{') && event.bytes().length <= LONGEST && END.matcher(event.data()).matches();
    }
}

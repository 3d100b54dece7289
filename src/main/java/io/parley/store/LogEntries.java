package io.parley.store;

import io.parley.stream.NumberedEvent;
import java.util.ArrayList;
import java.util.List;

/** Events as entries of a log: some that came together are one entry. */
final class LogEntries {
    private final List<String> arguments = new ArrayList<>(3);
    private final StringBuilder json;
    private final PieceRun pieces;
    private int bytes;

    private LogEntries(int events) {
        this.json = new StringBuilder(64 + 16 * events);
        this.pieces = new PieceRun(json);
    }

    /**
     * The arguments of a script: the first id, the last id, and the JSON of each entry.
     *
     * @param most after how many bytes of events, about, an entry ends; the same events are always cut at the same places
     */
    static List<String> of(List<NumberedEvent> events, int most) {
        LogEntries entries = new LogEntries(events.size());
        for (int i = 0; i < events.size(); i++) {
            entries.add(events.get(i));
            if (entries.bytes >= most || i == events.size() - 1) {
                entries.end(events.get(i).id());
            }
        }
        return entries.arguments;
    }

    private void add(NumberedEvent event) {
        if (json.isEmpty()) {
            arguments.add(Long.toString(event.id()));
        }
        if (!pieces.take(event)) {
            pieces.end();
            pieces.separate();
            EventCodec.write(event, json);
        }
        bytes += event.bytes();
    }

    private void end(long last) {
        pieces.end();
        arguments.add(Long.toString(last));
        arguments.add(Json.escapeLoneSurrogates(json.append(']').toString()));
        json.setLength(0);
        bytes = 0;
    }
}

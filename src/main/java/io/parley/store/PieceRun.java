package io.parley.store;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;

/**
 * Pieces of a reply that follow one another in a log: nearly all of its events. They stand together as one object with the
 * number of the first of them, so that a token is little more than its text.
 */
final class PieceRun {
    /** The names at rest. */
    static final String DELTAS = "deltas";
    static final String THINKINGS = "thinkings";
    private final StringBuilder json;
    private String open = "";
    private long next;

    /** @param json where the runs are written */
    PieceRun(StringBuilder json) {
        this.json = json;
    }

    /** Writes an event if it is a piece. */
    boolean take(NumberedEvent event) {
        return switch (event.event()) {
            case TurnEvent.Delta(String text) -> take(DELTAS, event.id(), text);
            case TurnEvent.Thinking(String text) -> take(THINKINGS, event.id(), text);
            case TurnEvent.Opened _,TurnEvent.ContextChosen _,TurnEvent.Block _,TurnEvent.Reset _,TurnEvent.Done _,TurnEvent.Failed _ ->
                false;
        };
    }

    private boolean take(String kind, long id, String text) {
        if (open.equals(kind) && next == id) {
            json.append(',');
        } else {
            end();
            separate();
            json.append("{\"id\":").append(id).append(",\"t\":\"").append(kind).append("\",\"texts\":[");
        }
        json.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, json);
        json.append('"');
        open = kind;
        next = id + 1;
        return true;
    }

    /** Ends the run that is being written, if there is one. */
    void end() {
        if (!open.isEmpty()) {
            json.append("]}");
            open = "";
        }
    }

    /** Separates what follows from what stands before it in the array. */
    void separate() {
        json.append(json.isEmpty() ? '[' : ',');
    }
}

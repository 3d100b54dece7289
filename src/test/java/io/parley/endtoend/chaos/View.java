package io.parley.endtoend.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.SseStream.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What one client saw of one turn, over as many connections as it took. Used by one thread at a time. */
final class View {
    private static final Set<String> OVER = Set.of("completed", "cancelled", "failed", "interrupted");
    private final String session;
    private final String who;
    private final StringBuilder text = new StringBuilder();
    private final List<String> troubles = new ArrayList<>();
    private String turn;
    private long lastId;
    private Ending ending;

    /**
     * How a turn ended, as it was told.
     *
     * @param message the reply, null if there is none
     * @param saved false where the gateway says that the reply could not be stored
     */
    record Ending(String state, String message, boolean saved) {}

    View(String session, String who) {
        this.session = session;
        this.who = who;
    }

    /** A turn that was told as a whole, as JSON. Its ending is unknown while it runs. */
    static View of(String session, String who, JsonNode turn) {
        View view = new View(session, who);
        view.turn = turn.get("id").asText();
        turn.path("content").forEach(block -> view.text.append(block.path("text").asText("")));
        String state = turn.get("state").asText();
        view.ending = OVER.contains(state) ? new Ending(state, turn.path("message").asText(null), true) : null;
        return view;
    }

    /** Shows an event as a page does. */
    void take(Event event) {
        number(event);
        if (ending != null) {
            troubles.add(event.name() + " after the end");
        }
        switch (event.name()) {
            case "turn" -> turn = event.json().get("turn").asText();
            case "delta" -> text.append(event.json().path("text").asText(""));
            case "reset" -> {
                text.setLength(0);
                text.append(event.json().get("text").asText());
            }
            case "done", "failed" -> ending = new Ending(event.json().get("state").asText(),
                    event.json().path("message").asText(null), event.json().path("saved").asBoolean(true));
            default -> {
                // Nothing that is shown.
            }
        }
    }

    private void number(Event event) {
        if (event.name().equals("reconnect")) {
            return;
        }
        if (event.number() <= lastId) {
            troubles.add(event.name() + " has the id " + event.number() + " after " + lastId);
        }
        lastId = event.number();
    }

    /** Notes what no client should ever meet. */
    void trouble(String what) {
        troubles.add(what);
    }

    void turn(String id) {
        turn = id;
    }

    String session() {
        return session;
    }

    String who() {
        return who;
    }

    /** The turn, null while it is not known. */
    String turn() {
        return turn;
    }

    long lastId() {
        return lastId;
    }

    String text() {
        return text.toString();
    }

    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** How it ended; null if this client did not see it. */
    Ending ending() {
        return ending;
    }

    boolean isOver() {
        return ending != null;
    }

    @Override
    public String toString() {
        return who + " of turn " + turn;
    }
}

package io.parley.endtoend.chaos;

import io.parley.endtoend.chaos.History.Message;
import io.parley.endtoend.chaos.History.Turn;
import io.parley.endtoend.chaos.Violation.Kind;
import java.util.List;
import java.util.Objects;

/** What clients saw, and what the logs say, is in order and is what history holds. */
final class ViewCheck {
    private final Evidence evidence;
    private final List<Violation> found;

    ViewCheck(Evidence evidence, List<Violation> found) {
        this.evidence = evidence;
        this.found = found;
    }

    void run() {
        evidence.views().forEach(this::view);
        evidence.histories().values().forEach(history -> history.logs().forEach(log -> {
            view(log);
            if (!log.isOver()) {
                add(Kind.DISORDER, log, "has no end");
            }
        }));
    }

    private void view(View view) {
        view.troubles().forEach(trouble -> add(Kind.DISORDER, view, trouble));
        Turn turn = view.turn() == null ? null : evidence.turn(view.session(), view.turn());
        if (view.turn() == null) {
            return;
        }
        if (turn == null) {
            add(Kind.LOST, view, "names a turn that is not there");
            return;
        }
        source(view, turn);
        if (view.isOver()) {
            end(view, turn);
        }
    }

    /** Even what was shown for a moment only is said to this turn's input. */
    private void source(View view, Turn turn) {
        Message input = evidence.message(view.session(), turn.userMessage());
        if (view.text().isEmpty() || input == null) {
            return;
        }
        Echo.Source source = Echo.source(view.text());
        if (source == null || !source.input().equals(Echo.input(input.text()))) {
            add(Kind.FOREIGN, view, "shows '" + view.text() + "', which does not answer " + input);
        }
    }

    private void end(View view, Turn turn) {
        View.Ending ending = view.ending();
        if (!ending.saved()) {
            return;
        }
        if (!ending.state().equals(turn.state()) || !Objects.equals(ending.message(), turn.message())) {
            add(Kind.DENIED, view, "ended with " + ending + ", but it is " + turn);
        }
        if (ending.message() == null) {
            if (!view.text().isEmpty()) {
                add(Kind.DENIED, view, "shows '" + view.text() + "', and there is no reply");
            }
            return;
        }
        Message reply = evidence.message(view.session(), ending.message());
        if (reply == null) {
            if (!evidence.mayBeRemoved(view.session(), ending.message())) {
                add(Kind.LOST, view, "was promised " + ending);
            }
        } else if (!reply.text().equals(view.text())) {
            add(Kind.DENIED, view, "shows '" + view.text() + "' instead of " + reply);
        }
    }

    private void add(Kind kind, View view, String what) {
        found.add(new Violation(kind, view + " " + what));
    }
}

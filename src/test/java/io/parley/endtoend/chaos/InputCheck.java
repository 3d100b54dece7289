package io.parley.endtoend.chaos;

import io.parley.endtoend.chaos.History.Message;
import io.parley.endtoend.chaos.History.Turn;
import io.parley.endtoend.chaos.Ledger.Edit;
import io.parley.endtoend.chaos.Request.Outcome;
import io.parley.endtoend.chaos.Violation.Kind;
import java.util.List;
import java.util.Objects;

/** What was acknowledged is there once, what was refused is not, and one key is one turn. */
final class InputCheck {
    private final Evidence evidence;
    private final List<Violation> found;

    InputCheck(Evidence evidence, List<Violation> found) {
        this.evidence = evidence;
        this.found = found;
    }

    void run() {
        for (Request request : evidence.requests()) {
            if (request.kind().says()) {
                input(request);
            }
            turns(request);
        }
        evidence.edits().stream().filter(Edit::sure).forEach(this::edit);
    }

    private void input(Request request) {
        List<Message> there = evidence.histories().get(request.session()).messages().stream()
                .filter(message -> message.role().equals("user") && request.input().equals(Echo.input(message.text())))
                .toList();
        if (there.size() > 1) {
            add(Kind.DOUBLED, there.size() + " inputs of " + request);
        } else if (request.isAcknowledged() && there.isEmpty() && !mayBeRemoved(request)) {
            add(Kind.LOST, "the input of " + request);
        } else if (request.isRefused() && !there.isEmpty() && !isOwed(request)) {
            add(Kind.UNDEAD, "the input of " + request);
        }
        there.stream().filter(message -> evidence.isRemoved(request.session(), message.id()))
                .forEach(message -> add(Kind.UNDEAD, "the removed " + message.id() + " of " + request));
    }

    private boolean mayBeRemoved(Request request) {
        return evidence.turns(request).stream()
                .anyMatch(turn -> evidence.mayBeRemoved(request.session(), turn.userMessage()));
    }

    /** Whether the gateway that had to undo it has gone before it could. */
    private boolean isOwed(Request request) {
        return request.outcomes().stream().anyMatch(
                outcome -> outcome instanceof Outcome.Refused refused && evidence.ended().contains(refused.owing()));
    }

    private void turns(Request request) {
        List<Turn> turns = evidence.turns(request);
        if (turns.stream().filter(turn -> !turn.mayRunAgain()).count() > 1) {
            add(Kind.DOUBLED, turns + " of " + request);
        }
        if (request.kind().says() && turns.stream().map(Turn::userMessage).distinct().count() > 1) {
            add(Kind.DOUBLED, "inputs of " + turns + " of " + request);
        }
        if (request.isRefused() && !turns.isEmpty() && !isOwed(request)) {
            add(Kind.UNDEAD, turns + " of " + request);
        }
        request.outcomes().stream()
                .map(outcome -> outcome instanceof Outcome.Acknowledged(String turn) ? turn : null).filter(Objects::nonNull)
                .filter(turn -> turns.stream().noneMatch(there -> there.id().equals(turn)))
                .forEach(turn -> add(Kind.LOST, "turn " + turn + " of " + request));
    }

    private void edit(Edit edit) {
        Message message = evidence.message(edit.session(), edit.message());
        boolean holds = message == null || evidence.edits().stream()
                .anyMatch(other -> Evidence.is(other, edit.session(), edit.message()) && other.text().equals(message.text()));
        if (!holds) {
            add(Kind.LOST, "the edit " + edit + " of " + message);
        }
    }

    private void add(Kind kind, String what) {
        found.add(new Violation(kind, what));
    }
}

package io.parley.endtoend.chaos;

import io.parley.endtoend.chaos.History.Message;
import io.parley.endtoend.chaos.History.Turn;
import io.parley.endtoend.chaos.Violation.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every turn is over and has at most one reply, which is what the provider said to its input, all of it or its beginning. */
final class ReplyCheck {
    private final Evidence evidence;
    private final List<Violation> found;
    private final Map<Integer, String> replyOfCall = new HashMap<>();

    ReplyCheck(Evidence evidence, List<Violation> found) {
        this.evidence = evidence;
        this.found = found;
    }

    void run() {
        evidence.histories().values().forEach(history -> {
            history.turns().forEach(turn -> turn(history, turn));
            Map<String, String> answered = new HashMap<>();
            history.messages().stream().filter(Message::isReply).forEach(reply -> reply(history, reply, answered));
        });
    }

    private void turn(History history, Turn turn) {
        if (turn.state().equals("running")) {
            add(Kind.ENDLESS, turn.toString());
        }
        List<String> replies = history.messages().stream()
                .filter(message -> message.isReply() && turn.id().equals(message.turn())).map(Message::id).toList();
        if (replies.size() > 1) {
            add(Kind.DOUBLED, "replies " + replies + " of " + turn);
        }
        if (turn.message() != null && !replies.contains(turn.message()) && !mayBeRemoved(history, turn.message())) {
            add(Kind.LOST, "the reply of " + turn);
        }
        if (turn.message() == null && !replies.isEmpty()) {
            add(Kind.DENIED, "the reply " + replies + " of " + turn);
        }
        if (evidence.message(history.session(), turn.userMessage()) == null && !mayBeRemoved(history, turn.userMessage())) {
            add(Kind.LOST, "the input of " + turn);
        }
    }

    private boolean mayBeRemoved(History history, String message) {
        return evidence.mayBeRemoved(history.session(), message);
    }

    private void reply(History history, Message reply, Map<String, String> answered) {
        Turn turn = evidence.turn(history.session(), reply.turn());
        if (turn == null) {
            add(Kind.FOREIGN, "no turn brought " + reply);
            return;
        }
        String before = reply.live() ? answered.put(turn.userMessage(), reply.id()) : null;
        if (before != null) {
            add(Kind.DOUBLED, "both " + before + " and " + reply.id() + " answer the input of " + turn);
        }
        Echo.Source source = Echo.source(reply.text());
        EchoProvider.Call call = source == null ? null : evidence.calls().get(source.call());
        if (call == null) {
            add(Kind.FOREIGN, "nobody said " + reply);
            return;
        }
        said(history, turn, reply, call);
        String other = replyOfCall.put(source.call(), reply.id());
        if (other != null) {
            add(Kind.DOUBLED, "one call said " + other + " and " + reply);
        }
    }

    private void said(History history, Turn turn, Message reply, EchoProvider.Call call) {
        Message input = evidence.message(history.session(), turn.userMessage());
        if (input != null && !call.input().equals(Echo.input(input.text()))) {
            add(Kind.FOREIGN, reply + " answers " + call.input() + ", not " + input);
        }
        boolean whole = turn.state().equals("completed");
        boolean wasSaid = whole ? call.whole() && call.text().equals(reply.text()) : call.text().startsWith(reply.text());
        if (!wasSaid) {
            add(Kind.FOREIGN, reply + " of " + turn + " is not what was said: " + call.text());
        }
    }

    private void add(Kind kind, String what) {
        found.add(new Violation(kind, what));
    }
}

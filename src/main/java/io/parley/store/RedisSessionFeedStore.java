package io.parley.store;

import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.stream.LeaseTimes;
import io.parley.stream.SessionEvent;
import io.parley.stream.SessionFeedStore;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Feeds of sessions in Redis: fields of the session's own hash, written by the scripts that change it. */
@ApplicationScoped
public class RedisSessionFeedStore implements SessionFeedStore {
    private final RedisGate gate;
    private final LeaseTimes times;
    private final Replica replica;

    RedisSessionFeedStore(RedisGate gate, LeaseTimes times, Replica replica) {
        this.gate = gate;
        this.times = times;
        this.replica = replica;
    }

    @Override
    public Uni<Page> follow(Owner owner, SessionId session, long after) {
        List<String> arguments = List.of("=" + owner.name(), after == FROM_NOW_ON ? "" : Long.toString(after), replica.name(),
                Long.toString(times.followerLife().toMillis()));
        return gate.run(Script.FEED, Keys.of(session), arguments).map(answer -> page(Answers.expect(answer, "OK")));
    }

    private static Page page(Response answer) {
        long last = Answers.number(answer, 1);
        Response items = answer.get(3);
        List<SessionEvent.Numbered> events = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            events.add(new SessionEvent.Numbered(last - items.size() + 1 + i, event(items.get(i).toString())));
        }
        return new Page(last, Answers.flag(answer, 2), events);
    }

    /** What a script has noted; what a newer version notes and this one does not know is something missed. */
    private static SessionEvent event(String words) {
        String[] parts = words.split(" ", -1);
        return switch (parts[0]) {
            case "started" -> new SessionEvent.TurnStarted(new TurnId(parts[1]), new MessageId(Long.parseLong(parts[2])));
            case "ended" -> {
                long reply = Long.parseLong(parts[3]);
                yield new SessionEvent.TurnEnded(new TurnId(parts[1]),
                        StoredNames.TURN_STATE.value(parts[2], TurnState.FAILED), reply == 0 ? null : new MessageId(reply));
            }
            case "message" -> new SessionEvent.MessageChanged(new MessageId(Long.parseLong(parts[1])), change(parts[2]));
            case "session" -> new SessionEvent.SettingsChanged();
            default -> new SessionEvent.Missed();
        };
    }

    private static SessionEvent.Change change(String word) {
        return switch (word) {
            case "added" -> SessionEvent.Change.ADDED;
            case "removed" -> SessionEvent.Change.REMOVED;
            case "chosen" -> SessionEvent.Change.CHOSEN;
            default -> SessionEvent.Change.EDITED;
        };
    }
}

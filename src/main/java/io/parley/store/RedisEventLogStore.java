package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.Cursor;
import io.parley.stream.EventLogStore;
import io.parley.stream.LeaseState;
import io.parley.stream.LeaseTimes;
import io.parley.stream.NumberedEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Event logs in Redis: one stream a turn, an entry for some events that came together, its id that of the first of them. */
@ApplicationScoped
public class RedisEventLogStore implements EventLogStore {
    /** How long at most a log is kept after the end of its turn; until then it lives as long as its session. */
    static final Duration LIFE = Duration.ofHours(1);
    private final RedisGate gate;
    private final LeaseTimes times;
    private final Replica replica;

    RedisEventLogStore(RedisGate gate, LeaseTimes times, Replica replica) {
        this.gate = gate;
        this.times = times;
        this.replica = replica;
    }

    @Override
    public Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return append(new LogAppend(session, turn, epoch, times.lease(), events));
    }

    @Override
    public Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return append(new LogAppend(session, turn, epoch, Duration.ZERO, events));
    }

    private Uni<LeaseState> append(LogAppend call) {
        return gate.run(call).chain(answer -> {
            if (answer.storedThrough() > 0) {
                return append(call.after(answer.storedThrough()));
            }
            return answer.due() ? keep(call).replaceWith(answer.state()) : Uni.createFrom().item(answer.state());
        });
    }

    /** The events are stored whatever comes of it, and the next batch tries it again. */
    private Uni<Boolean> keep(LogAppend call) {
        return gate.run(new LogKeep(call.session(), call.turn(), call.epoch())).onFailure().recoverWithItem(false);
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        return read(new LogReading(session, turn, after, mostBytes, "", Duration.ZERO));
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        return read(new LogReading(session, turn, after, Cursor.PAGE_BYTES, replica.name(), times.followerLife()));
    }

    private Uni<LogPage> read(LogReading call) {
        return gate.run(call)
                // All that was asked for is damaged: an id to go on from stands only behind it.
                .chain(page -> page.more() && page.events().isEmpty() ? read(call.twice()) : Uni.createFrom().item(page));
    }
}

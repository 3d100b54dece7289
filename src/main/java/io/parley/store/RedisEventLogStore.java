package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.Cursor;
import io.parley.stream.EventLogStore;
import io.parley.stream.LeaseState;
import io.parley.stream.LeaseTimes;
import io.parley.stream.NumberedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Event logs in Redis: one stream a turn, an entry for some events that came together, its id that of the first of them. */
@ApplicationScoped
public class RedisEventLogStore implements EventLogStore {
    /** How long at most a log is kept after the end of its turn; until then it lives as long as its session. */
    static final Duration LIFE = Duration.ofHours(1);
    private static final Logger LOG = Logger.getLogger(RedisEventLogStore.class);
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
        return append(session, turn, epoch, times.lease(), events);
    }

    @Override
    public Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return append(session, turn, epoch, Duration.ZERO, events);
    }

    private Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, Duration lease, List<NumberedEvent> events) {
        List<String> arguments = new ArrayList<>(List.of(turn.value(), Long.toString(epoch), Long.toString(lease.toMillis())));
        arguments.addAll(arguments(events));
        return gate.run(Script.LOG_APPEND, Keys.withLog(session, turn), arguments).map(RedisEventLogStore::leaseState);
    }

    /** Events as arguments of a script: pairs of id and JSON. */
    static List<String> arguments(List<NumberedEvent> events) {
        List<String> arguments = new ArrayList<>(2 * events.size());
        for (NumberedEvent event : events) {
            arguments.add(Long.toString(event.id()));
            arguments.add(EventCodec.encode(event));
        }
        return arguments;
    }

    private static LeaseState leaseState(Response answer) {
        return switch (Answers.status(answer)) {
            case "HELD" -> new LeaseState(LeaseState.Kind.HELD, Answers.flag(answer, 1), Answers.flag(answer, 2));
            case "LOST" -> new LeaseState(LeaseState.Kind.LOST, false, false);
            case "GONE" -> new LeaseState(LeaseState.Kind.GONE, false, false);
            default -> throw Refusals.of(answer);
        };
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        return read(session, turn, after, mostBytes, "");
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        return read(session, turn, after, Cursor.PAGE_BYTES, replica.name());
    }

    private Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes, String follower) {
        List<String> arguments = List.of(Long.toString(after), Integer.toString(mostBytes), turn.value(), follower,
                Long.toString(times.followerLife().toMillis()));
        return gate.run(Script.LOG_READ, Keys.withLog(session, turn), arguments)
                .map(answer -> page(answer, turn, after))
                // All that was asked for is damaged: an id to go on from stands only behind it.
                .chain(page -> page.more() && page.events().isEmpty() ? read(session, turn, after, 2 * mostBytes, follower)
                        : Uni.createFrom().item(page));
    }

    private static LogPage page(Response answer, TurnId turn, long after) {
        List<NumberedEvent> events = new ArrayList<>();
        answer.get(3).forEach(batch -> add(events, turn, batch.toString(), after));
        return new LogPage(Answers.flag(answer, 0), events, Answers.number(answer, 1), Answers.flag(answer, 2));
    }

    /** One batch that cannot be understood does not keep its turn from ending with the rest. */
    private static void add(List<NumberedEvent> events, TurnId turn, String batch, long after) {
        try {
            events.addAll(EventCodec.decode(batch, after));
        } catch (CorruptRecord e) {
            LOG.errorf("Turn %s: a batch of its event log after event %d cannot be read and is left out: %s", turn, after,
                    e.getMessage());
        }
    }
}

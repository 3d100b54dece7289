package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore;
import io.parley.stream.LeaseState;
import io.parley.stream.NumberedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Event logs in Redis: one stream a turn, one entry a batch, its id that of the first event in it. */
@ApplicationScoped
public class RedisEventLogStore implements EventLogStore {
    /** How long at most a log is kept after the end of its turn; until then it lives as long as its session. */
    static final Duration LIFE = Duration.ofHours(1);
    private static final int MOST_BYTES_A_PAGE = 256 * 1024;
    private final RedisGate gate;

    RedisEventLogStore(RedisGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        List<String> arguments = new ArrayList<>(List.of(turn.value(), Long.toString(epoch),
                Long.toString(TurnOpenings.LEASE.toMillis())));
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
            case "HELD" -> new LeaseState(LeaseState.Kind.HELD, Answers.flag(answer, 1));
            case "LOST" -> new LeaseState(LeaseState.Kind.LOST, false);
            case "GONE" -> new LeaseState(LeaseState.Kind.GONE, false);
            default -> throw Refusals.of(answer);
        };
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after) {
        List<String> arguments = List.of(Long.toString(after), Integer.toString(MOST_BYTES_A_PAGE));
        return gate.run(Script.LOG_READ, Keys.withLog(session, turn), arguments).map(answer -> page(answer, after));
    }

    private static LogPage page(Response answer, long after) {
        List<NumberedEvent> events = new ArrayList<>();
        answer.get(3).forEach(batch -> events.addAll(EventCodec.decode(batch.toString(), after)));
        return new LogPage(Answers.flag(answer, 0), events, Answers.number(answer, 1), Answers.flag(answer, 2));
    }
}

package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.NumberedEvent;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Reads what the log of a turn holds after an id.
 *
 * @param after 0 for the start
 * @param mostBytes about how many bytes are wanted
 * @param follower the replica that is told when there is more; empty for none
 * @param following for how long
 */
record LogReading(SessionId session, TurnId turn, long after, int mostBytes, String follower, Duration following)
        implements
            ScriptCall<LogPage> {
    private static final Logger LOG = Logger.getLogger(LogReading.class);

    @Override
    public Script script() {
        return Script.LOG_READ;
    }

    @Override
    public List<String> keys() {
        return Keys.sessionAndLog(session, turn);
    }

    @Override
    public List<String> arguments() {
        return List.of(Long.toString(after), Integer.toString(mostBytes), turn.value(), follower,
                Long.toString(following.toMillis()));
    }

    @Override
    public LogPage read(Response answer) {
        List<NumberedEvent> events = new ArrayList<>();
        answer.get(3).forEach(batch -> add(events, batch.toString()));
        return new LogPage(Answers.flag(answer, 0), events, Answers.number(answer, 1), Answers.flag(answer, 2));
    }

    /** One batch that cannot be understood does not keep its turn from ending with the rest. */
    private void add(List<NumberedEvent> events, String batch) {
        try {
            events.addAll(EventCodec.decode(batch, events.isEmpty() ? after : events.getLast().id()));
        } catch (CorruptRecord e) {
            LOG.errorf("Turn %s: a batch of its event log after event %d cannot be read and is left out: %s", turn, after,
                    e.getMessage());
        }
    }

    /** The same call, for twice as many bytes. */
    LogReading twice() {
        return new LogReading(session, turn, after, 2 * mostBytes, follower, following);
    }
}

package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.turn.TakeOver;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;

/**
 * Takes over a turn whose lease has run out, or that was asked to stop and has not stopped.
 *
 * @param request the name of the request: a repetition of it has the turn already
 * @param atOnce whether a turn that was asked to stop is taken before its lease has run out
 */
record TurnTakeOver(SessionId session, TurnId turn, long epoch, Duration lease, String request, String replica, boolean atOnce)
        implements
            ScriptCall<TakeOver> {

    @Override
    public Script script() {
        return Script.TAKEOVER;
    }

    @Override
    public List<String> keys() {
        return Keys.of(session);
    }

    @Override
    public List<String> arguments() {
        return List.of(turn.value(), Long.toString(epoch), Long.toString(lease.toMillis()), request, replica,
                atOnce ? "1" : "0");
    }

    @Override
    public TakeOver read(Response answer) {
        Turn stored = TurnCodec.decode(session, turn, Answers.text(Answers.expect(answer, "TURN"), 1));
        return Answers.flag(answer, 2) ? new TakeOver.Taken(stored, Answers.flag(answer, 3)) : new TakeOver.Left(stored);
    }
}

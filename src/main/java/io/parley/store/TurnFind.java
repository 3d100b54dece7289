package io.parley.store;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds a turn.
 *
 * @param owner null for any owner
 * @param cancel whether its owner is to cancel it
 * @param follower the replica that is told of its end; empty for none
 * @param following for how long
 */
record TurnFind(@Nullable Owner owner, SessionId session, TurnId turn, boolean cancel, String follower,
        Duration following) implements ScriptCall<Turn> {

    @Override
    public Script script() {
        return Script.TURN;
    }

    @Override
    public List<String> keys() {
        return Keys.of(session);
    }

    @Override
    public List<String> arguments() {
        return List.of(owner == null ? "*" : "=" + owner.name(), turn.value(), cancel ? "1" : "", follower,
                Long.toString(following.toMillis()));
    }

    @Override
    public Turn read(Response answer) {
        return TurnCodec.decode(session, turn, Answers.text(Answers.expect(answer, "TURN"), 1));
    }
}

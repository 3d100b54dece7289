package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.vertx.redis.client.Response;
import java.util.List;

/** Gives a session and the log of its running turn their lifetime anew. Answers whether that was done. */
record LogKeep(SessionId session, TurnId turn, long epoch) implements ScriptCall<Boolean> {

    @Override
    public Script script() {
        return Script.LOG_KEEP;
    }

    @Override
    public List<String> keys() {
        return Keys.withLog(session, turn);
    }

    @Override
    public List<String> arguments() {
        return List.of(Long.toString(epoch));
    }

    @Override
    public Boolean read(Response answer) {
        return Answers.is(answer, "OK");
    }
}

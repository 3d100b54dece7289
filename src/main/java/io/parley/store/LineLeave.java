package io.parley.store;

import io.parley.turn.OpenTurn;
import io.vertx.redis.client.Response;
import java.util.List;

/** Leaves the line of a session; the next request in the line is told. */
record LineLeave(OpenTurn waiter) implements ScriptCall<Boolean> {

    @Override
    public Script script() {
        return Script.LEAVE;
    }

    @Override
    public List<String> keys() {
        return Keys.of(waiter.session());
    }

    @Override
    public List<String> arguments() {
        return List.of("=" + waiter.owner().name(), String.valueOf(waiter.waiter()));
    }

    @Override
    public Boolean read(Response answer) {
        return Answers.is(answer, "OK");
    }
}

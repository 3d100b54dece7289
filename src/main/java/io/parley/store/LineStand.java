package io.parley.store;

import io.parley.turn.OpenTurn;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;

/**
 * Stands in the line of a session, or stays there. Answers whether the request may try to open its turn.
 *
 * @param life how long the request counts as present without another call
 */
record LineStand(OpenTurn waiter, String replica, Duration life) implements ScriptCall<Boolean> {

    @Override
    public Script script() {
        return Script.LINE;
    }

    @Override
    public List<String> keys() {
        return Keys.of(waiter.session());
    }

    @Override
    public List<String> arguments() {
        return List.of("=" + waiter.owner().name(), String.valueOf(waiter.waiter()), replica, Long.toString(life.toMillis()),
                Integer.toString(TurnOpen.MOST_WAITERS));
    }

    @Override
    public Boolean read(Response answer) {
        return Answers.flag(Answers.expect(answer, "OK"), 1);
    }
}

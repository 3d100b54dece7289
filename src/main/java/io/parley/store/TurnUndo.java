package io.parley.store;

import io.parley.turn.OpenTurn;
import io.vertx.redis.client.Response;
import java.util.List;

/** Undoes an opening with an unknown outcome, and keeps the turn from ever being opened. */
record TurnUndo(OpenTurn open) implements ScriptCall<Boolean> {

    @Override
    public Script script() {
        return Script.UNDO;
    }

    @Override
    public List<String> keys() {
        return Keys.withLog(open.session(), open.turn());
    }

    @Override
    public List<String> arguments() {
        return List.of("=" + open.owner().name(), open.turn().value(),
                open.idempotency() == null ? "" : open.idempotency().key());
    }

    @Override
    public Boolean read(Response answer) {
        return Answers.is(Answers.expect(answer, "OK"), "OK");
    }
}

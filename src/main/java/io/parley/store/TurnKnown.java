package io.parley.store;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;

/** Finds the turn of an idempotency key, if a repetition of its request would not run the turn again. */
record TurnKnown(Owner owner, SessionId session, IdempotencyKey key) implements ScriptCall<Optional<Turn>> {

    @Override
    public Script script() {
        return Script.KNOWN;
    }

    @Override
    public List<String> keys() {
        return Keys.of(session);
    }

    @Override
    public List<String> arguments() {
        return List.of("=" + owner.name(), key.key(), key.fingerprint());
    }

    @Override
    public Optional<Turn> read(Response answer) {
        return Answers.is(answer, "NONE") ? Optional.empty()
                : Optional.of(OpenedTurn.turn(session, Answers.expect(answer, "KNOWN")));
    }
}

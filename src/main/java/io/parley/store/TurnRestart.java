package io.parley.store;

import io.parley.conversation.Turn;
import io.parley.turn.TurnStore.Restarted;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Optional;

/** Begins a turn again that was taken over, unless it was begun again so many times before. */
record TurnRestart(Turn taken, int most) implements ScriptCall<TurnRestart.Answer> {
    private static final int OPTIONS = 9;

    @Override
    public Script script() {
        return Script.RESTART;
    }

    @Override
    public List<String> keys() {
        return Keys.of(taken.session());
    }

    @Override
    public List<String> arguments() {
        return List.of(taken.id().value(), Long.toString(taken.epoch()), Integer.toString(most));
    }

    @Override
    public Answer read(Response answer) {
        return Answers.is(answer, "OPENED")
                ? new Answer(Optional.of(new Restarted(OpenedTurn.read(taken.session(), answer),
                        SettingsCodec.decodeOptions(Answers.text(answer, OPTIONS)))), OpenedTurn.isIndexShort(answer))
                : new Answer(Optional.empty(), false);
    }

    /** @param indexIsShort whether the owner's index would forget the session before it ends */
    record Answer(Optional<Restarted> restarted, boolean indexIsShort) {}
}

package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.turn.Opening;
import io.vertx.redis.client.Response;

/** All that a turn is run with, as the scripts answer that open a turn or begin it again. */
final class OpenedTurn {

    private OpenedTurn() {
    }

    static Opening.Opened read(SessionId session, Response answer) {
        return new Opening.Opened(turn(session, answer), Answers.session(session, answer.get(3)),
                Answers.history(session, answer.get(7)), Answers.plan(answer.get(4)), Answers.flag(answer, 5),
                StoredContextCodec.decode(answer.get(8)));
    }

    /** The turn alone, which stands in the same place in other answers. */
    static Turn turn(SessionId session, Response answer) {
        return TurnCodec.decode(session, new TurnId(Answers.text(answer, 1)), Answers.text(answer, 2));
    }

    /** Whether the owner's index would forget the session before it ends. */
    static boolean isIndexShort(Response answer) {
        return Answers.flag(answer, 6);
    }
}

package io.parley.store;

import io.parley.session.ReadRoom;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads values that may be long. A script first reports the length of a long value, so that memory is reserved before it comes.
 */
final class LongReads {
    private LongReads() {
    }

    /**
     * Returns the answer of a script.
     *
     * @param ask runs the script; its parameter is the most bytes that the script may answer with. If the answer would be
     *        longer, the script answers {@code LONG} and the length. The empty text allows any length
     */
    static Uni<Response> read(ReadRoom room, Function<String, Uni<Response>> ask) {
        if (room == ReadRoom.UNBOUNDED) {
            return ask.apply("");
        }
        return ask.apply(Integer.toString(ReadRoom.SHORT)).chain(answer -> Answers.is(answer, "LONG")
                ? room.take(Answers.number(answer, 1)).chain(() -> ask.apply(""))
                : Uni.createFrom().item(answer));
    }

    /** Returns the arguments of a script with the most bytes of its answer added. */
    static List<String> arguments(List<String> arguments, String most) {
        List<String> all = new ArrayList<>(arguments);
        all.add(most);
        return all;
    }
}

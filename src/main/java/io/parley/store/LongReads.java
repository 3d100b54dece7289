package io.parley.store;

import io.parley.session.ReadRoom;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads what may be long: a script says how long it is before it is asked for it, so that there is room when it comes. */
final class LongReads {
    private LongReads() {
    }

    /**
     * The answer of a script.
     *
     * @param ask runs the script; its parameter is the most bytes that the script may answer with, above which it answers
     *        {@code LONG} and how many there are; the empty text stands for any number
     */
    static Uni<Response> read(ReadRoom room, Function<String, Uni<Response>> ask) {
        if (room == ReadRoom.UNBOUNDED) {
            return ask.apply("");
        }
        return ask.apply(Integer.toString(ReadRoom.SHORT)).chain(answer -> Answers.is(answer, "LONG")
                ? room.take(Answers.number(answer, 1)).chain(() -> ask.apply(""))
                : Uni.createFrom().item(answer));
    }

    /** The arguments of a script that may answer with at most so many bytes. */
    static List<String> arguments(List<String> arguments, String most) {
        List<String> all = new ArrayList<>(arguments);
        all.add(most);
        return all;
    }
}

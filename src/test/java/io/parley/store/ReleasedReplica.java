package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.testing.Talk;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A replica of a released version on the same Redis. It sends the scripts of that version with the keys and arguments of that
 * version, which stand among the samples: {@code <script>.lua} is a whole script, {@code <script>.call} has a line for each key
 * and argument. {@link ReleaseWriter} writes the samples of the next release; those of earlier ones are never changed.
 */
final class ReleasedReplica {
    static final Path FOLDER = Path.of("src/test/resources/store/released");
    private final Path samples;
    private final RedisGate gate;

    ReleasedReplica(String release, RedisGate gate) {
        this.samples = FOLDER.resolve(release);
        this.gate = gate;
    }

    /** The names of all releases that have samples. */
    static List<String> releases() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a turn that says something; gives its epoch. */
    long open(SessionId session, String turn) {
        Response answer = call(Script.OPEN, session, turn, 0, 0);
        if (!Answers.is(answer, "OPENED")) {
            throw new AssertionError("the release could not open a turn: " + answer);
        }
        return Long.parseLong(Answers.text(answer, 2).split("\\|")[2]);
    }

    /** Appends one event; gives how the script answers. */
    String append(Turn turn, long event) {
        return Answers.status(call(Script.LOG_APPEND, turn.session(), turn.id().value(), turn.epoch(), event));
    }

    /** Takes the turn over if its lease has run out; gives whether the turn is the release's own then. */
    boolean takeOver(Turn turn) {
        Response answer = call(Script.TAKEOVER, turn.session(), turn.id().value(), turn.epoch(), 0);
        return Answers.is(answer, "TURN") && Answers.flag(answer, 2);
    }

    /** Ends the turn with a reply and a last event; gives how the script answers. */
    String commit(Turn turn, long epoch, long event) {
        return Answers.status(call(Script.COMMIT, turn.session(), turn.id().value(), epoch, event));
    }

    private Response call(Script script, SessionId session, String turn, long epoch, long event) {
        List<String> keys = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (String line : lines(script.file() + ".call")) {
            int space = line.indexOf(' ');
            (line.startsWith("key ") ? keys : arguments).add(line.substring(space + 1)
                    .replace("<session>", session.value()).replace("<tag>", session.tag()).replace("<turn>", turn)
                    .replace("<epoch>", Long.toString(epoch)).replace("<event>", Long.toString(event)));
        }
        String source = String.join("\n", lines(script.file() + ".lua"));
        return Talk.await(gate.send(Command.EVAL, script.call(source, keys, arguments)));
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(samples.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.parley.store;

import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.LeaseTimes;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the samples of a release for {@link ReleasedReplica}, as this version calls Redis:
 * {@code ./mvnw test -Dtest=ReleaseWriter -Dsamples=<name of the release>}.
 */
@EnabledIfSystemProperty(named = "samples", matches = ".+", disabledReason = "samples are written on demand")
class ReleaseWriter extends WithRedis {
    private static final Duration LEASE = Duration.ofSeconds(15);
    /** No other number in an argument is equal to one of these. */
    private static final long EPOCH = 987_654_321;
    private static final long EVENT = 555_000_111;
    private static final String REPLICA = "released";
    private final Path folder = ReleasedReplica.FOLDER.resolve(System.getProperty("samples"));

    @Test
    void samples() throws IOException {
        Files.createDirectories(folder);
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        server.command("HSET " + Keys.session(talk.session()) + " epoch " + (EPOCH - 1));
        OpenTurn request = talk.request(new Input.Say(Talk.user("a question to the release")), null);
        Turn turn = ((Opening.Opened) Talk.await(stores.turns().open(request))).turn();
        List<NumberedEvent> events = List.of(new NumberedEvent(EVENT, new TurnEvent.Delta("of the release")));
        for (ScriptCall<?> call : List.of(
                new TurnOpen(request, Instant.EPOCH, REPLICA, new Stores.Limits(1000, 1_000_000), new LeaseTimes(() -> LEASE)),
                new LogAppend(turn.session(), turn.id(), EPOCH, LEASE, events),
                new TurnTakeOver(turn.session(), turn.id(), EPOCH, LEASE, "request-of-the-release", REPLICA, false),
                new TurnCommit(Talk.end(turn, TurnState.COMPLETED, "a reply of the release", events),
                        RedisEventLogStore.LIFE))) {
            write(call, turn);
        }
    }

    private void write(ScriptCall<?> call, Turn turn) throws IOException {
        List<String> lines = Stream.concat(call.keys().stream().map(key -> "key " + key),
                call.arguments().stream().map(argument -> "argument " + argument))
                .map(line -> line.replace(turn.session().value(), "<session>").replace(turn.session().tag(), "<tag>")
                        .replace(turn.id().value(), "<turn>").replace(Long.toString(EPOCH), "<epoch>")
                        .replace(Long.toString(EVENT), "<event>"))
                .toList();
        Files.write(folder.resolve(call.script().file() + ".call"), lines);
        Files.writeString(folder.resolve(call.script().file() + ".lua"), call.script().source());
    }
}

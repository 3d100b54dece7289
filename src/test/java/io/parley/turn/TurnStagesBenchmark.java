package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.benchmark.Compiler;
import io.parley.store.TimedTurnStore;
import io.parley.testing.Backends;
import io.parley.testing.FakeReply;
import io.parley.turn.TurnStopwatch.Moment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Where the time and the CPU time of a short turn go, stage by stage, in the running service with a Redis and a provider. Not a
 * test: {@code ./mvnw test -Dtest=TurnStagesBenchmark -Dshort.lived=} prints the medians of turns that come one after the
 * other.
 */
@QuarkusTest
@TestProfile(TurnStagesBenchmark.Timed.class)
class TurnStagesBenchmark extends TurnApi {
    private static final int TURNS = 2_000;
    private static final String SETTINGS = "{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"sliding-window\","
            + "\"maxMessages\":4,\"trimTo\":1}}";

    /** The application with the stopwatch in it. */
    public static final class Timed implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(TimedTurns.class, TimedTurnStore.class);
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Backends.class));
        }
    }

    @Test
    void the_stages_of_a_short_turn() throws IOException {
        session = client.createSession(SETTINGS);
        provider.always(FakeReply.saying("Five", " tokens", " are", " a", " reply."));
        provider.strict(_ -> {
            TurnStopwatch.at(Moment.ASKED);
            return Optional.empty();
        });
        Compiler compiler = new Compiler();
        TurnTimes times = new TurnTimes();
        try (Socket socket = new Socket("127.0.0.1", uri.getPort())) {
            socket.setTcpNoDelay(true);
            BufferedReader answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            compiler.awaitQuiet(() -> turn(socket, answer));
            for (int i = 0; i < TURNS; i++) {
                turn(socket, answer);
                times.add();
            }
        }
        System.out.printf(Locale.ROOT, "%n%s%nThe JVM of service, client and provider was %s.%n", times, compiler.since(TURNS));
    }

    private void turn(Socket socket, BufferedReader answer) {
        TurnStopwatch.reset();
        String body = "{\"content\":\"Say something short.\"}";
        TurnStopwatch.at(Moment.SENT);
        try {
            socket.getOutputStream().write(("POST /api/v1/sessions/" + session + "/turns HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
            assertThat(answer.readLine()).contains("200");
            boolean done = false;
            // The last chunk of the answer is empty.
            for (String line = answer.readLine(); !(done && line.equals("0")); line = answer.readLine()) {
                if (line.equals("event: delta")) {
                    TurnStopwatch.at(Moment.HEARD);
                } else if (line.equals("event: done")) {
                    TurnStopwatch.at(Moment.DONE);
                    done = true;
                }
            }
            String unused = answer.readLine();
            while (TurnStopwatch.time(Moment.ENDED) == 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

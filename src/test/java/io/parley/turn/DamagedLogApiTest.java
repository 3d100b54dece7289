package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Talk;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A turn whose process is gone and whose log is damaged. */
@QuarkusTest
@TestProfile(Quick.class)
class DamagedLogApiTest extends TurnApi {
    @Inject
    EventLogStore logs;

    private String key() {
        return "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
    }

    @Test
    void a_dead_turn_ends_with_what_can_be_read_of_its_log() {
        provider.then(FakeReply.stream().text("Half").waitFor(new Gate()), FakeReply.saying("ok"));
        String turn = begin("one");
        await().until(() -> Talk.await(logs.read(new SessionId(session), new TurnId(turn), 0)).events(),
                events -> events.toString().contains("Half"));
        assertThat(redis.command("XADD " + key() + ":e:" + turn + " 50-0 l 50 e [{damaged")).startsWith("$");

        settleByAnotherProcess(turn);
        assertThat(post(saying("two")).status()).isEqualTo(201);
        Answer settled = turn(turn);
        assertThat(settled.at("/state")).isEqualTo("interrupted");
        assertThat(message(settled.at("/message")).at("/content/0/text")).isEqualTo("Half");
        List<Event> told = rest(client.events(session, turn));
        assertThat(told.getLast().name()).isEqualTo("failed");
    }
}

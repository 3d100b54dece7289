package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns whose images must wait until there is room in memory for them. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnImagesApiTest extends TurnApi {
    private static final String LOOK = "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\","
            + "\"mediaType\":\"image/png\",\"data\":\"" + TurnInputApiTest.DOT + "\"}}]}";
    @Inject
    ImageRoom room;
    private ImageRoom.Place others;

    @BeforeEach
    void takeAllRoom() {
        others = room.place(Runnable::run);
        others.take(Long.MAX_VALUE / 2).await().indefinitely();
    }

    @AfterEach
    void leave() {
        others.close();
        await().until(() -> room.used() == 0);
    }

    private String look() {
        var begun = post(LOOK, "Prefer", "respond-async");
        assertThat(begun.status()).isEqualTo(202);
        return begun.at("/id");
    }

    @Test
    void a_turn_waits_for_room_and_gives_it_back_with_the_first_word() {
        String turn = look();
        // What needs no room is answered meanwhile.
        provider.then(FakeReply.saying("Hello."));
        assertThat(client.say(client.createSession(SESSION), "Hello?").status()).isEqualTo(201);
        assertThat(provider.calls()).hasSize(1);

        Gate middle = new Gate();
        provider.then(FakeReply.stream().text("A ").waitFor(middle).text("dot.").finish());
        others.close();
        provider.awaitCalls(2);
        await().until(() -> room.used() == 0);
        assertThat(turn(turn).at("/state")).isEqualTo("running");
        middle.open();
        assertThat(awaitOver(turn).at("/state").asText()).isEqualTo("completed");
        assertThat(history().getLast()).isEqualTo("assistant: A dot.");
    }

    @Test
    void a_turn_that_is_cancelled_while_it_waits_asks_nobody() {
        String turn = look();
        assertThat(cancel(turn).at("/state")).isEqualTo("cancelled");
        others.close();
        assertThat(room.used()).isZero();
        // Whatever comes late would come before this.
        provider.then(FakeReply.saying("A dot."));
        assertThat(post("{\"regenerate\":true}").status()).isEqualTo(201);
        assertThat(provider.calls()).hasSize(1);
    }
}

package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.turn.OpenTurn;
import io.parley.turn.TurnStore;
import io.parley.turn.TurnStoreContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisTurnStoreTest extends TurnStoreContract {
    private static RedisServer server;
    private static Stores stores;

    @BeforeAll
    static void start() {
        server = RedisServer.create();
        stores = Stores.on(server.url());
    }

    @AfterAll
    static void stop() {
        stores.close();
        server.close();
    }

    @Override
    protected SessionStore sessions() {
        return stores.sessions();
    }

    @Override
    protected TurnStore turns() {
        return stores.turns();
    }

    @Override
    protected EventLogStore logs() {
        return stores.logs();
    }

    @Override
    protected void expireLease(SessionId session) {
        server.command("HSET " + Keys.session(session) + " lease 1");
    }

    @Test
    void a_session_that_names_a_turn_as_running_that_is_over_or_missing_is_healed() {
        String over = talk.say("one", "first").id().value();
        for (String turn : List.of(over, "t1")) {
            server.command("HSET " + Keys.session(talk.session()) + " run " + turn + " lease 9999999999999 cancel 1");
            talk.say("two", "second");
        }
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second", "two", "second");
    }

    @Test
    void an_undone_opening_leaves_the_count_of_bytes_as_it_was() {
        talk.say("one", "first");
        String before = bytes();
        String hash = "a".repeat(64);
        NewMessage picture = new NewMessage(Role.USER,
                List.of(new Content.Image(new ImageSource.Stored(hash, "image/png", 3, 1, 1))), new TokenCount(1, "e"),
                List.of(new ImageBytes(hash, "image/png", "AAAA")));
        OpenTurn request = talk.request(new Input.Say(picture), null);
        await(turns().open(request));
        await(turns().undo(request));
        assertThat(bytes()).isEqualTo(before);
    }

    /** The answer to HINCRBY is a line of its own, that to HGET is not. */
    private String bytes() {
        return server.command("HINCRBY " + Keys.session(talk.session()) + " bytes 0");
    }
}

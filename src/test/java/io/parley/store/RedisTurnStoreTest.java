package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.session.SessionStore;
import io.parley.testing.RedisServer;
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
}

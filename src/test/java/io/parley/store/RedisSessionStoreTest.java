package io.parley.store;

import io.parley.session.SessionStore;
import io.parley.session.SessionStoreContract;
import io.parley.testing.RedisServer;
import io.parley.turn.TurnStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisSessionStoreTest extends SessionStoreContract {
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
}

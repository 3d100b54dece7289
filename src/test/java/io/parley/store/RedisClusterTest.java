package io.parley.store;

import io.parley.session.SessionStore;
import io.parley.session.SessionStoreContract;
import io.parley.testing.RedisServer;
import io.parley.turn.TurnStore;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** In a cluster every script finds all its keys on one node, or Redis refuses it. */
class RedisClusterTest extends SessionStoreContract {
    private static RedisServer server;
    private static Stores stores;

    @BeforeAll
    static void start() {
        server = RedisServer.create("--cluster-enabled", "yes");
        server.command("CLUSTER ADDSLOTSRANGE 0 16383");
        Awaitility.await().atMost(Duration.ofSeconds(10))
                .until(() -> server.command("SET started yes").equals("+OK"));
        stores = Stores.onCluster(server.url());
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

package io.parley.store;

import io.parley.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What tests of stored data share: a Redis, which is empty at the begin of each test, and the stores on it. */
public abstract class WithRedis {
    protected static RedisServer server;
    protected static Stores stores;

    @BeforeAll
    static void start() {
        server = RedisServer.create("--appendfsync", "no");
        stores = Stores.on(server.url());
    }

    @AfterAll
    static void stop() {
        stores.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        server.flush();
    }
}

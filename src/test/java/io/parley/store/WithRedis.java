package io.parley.store;

import io.parley.testing.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The common parts of tests of stored data: a Redis, which is empty at the beginning of each test, and the stores on it. */
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

package io.parley.stream;

import io.parley.store.Stores;
import io.parley.testing.RedisServer;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The stores on a real Redis, for all tests of one class. */
abstract class OnRedis {
    static RedisServer redis;
    static Stores stores;
    static Vertx vertx;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        stores = Stores.on(redis.url());
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        stores.close();
        redis.close();
    }
}

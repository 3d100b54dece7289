package io.parley.store;

import io.vertx.redis.client.RedisConnection;

/** A connection in use. What changes is guarded by its lane. */
final class Held {
    final RedisClients.Client client;
    final RedisConnection connection;
    /** When the attempt began that has made it. */
    final long begunNanos;
    final long madeNanos = System.nanoTime();
    int inFlight;
    boolean dropped;

    Held(RedisClients.Client client, RedisConnection connection, long begunNanos) {
        this.client = client;
        this.connection = connection;
        this.begunNanos = begunNanos;
    }
}

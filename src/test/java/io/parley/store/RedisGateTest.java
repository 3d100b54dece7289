package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.testing.RedisServer;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RedisGateTest {

    @Test
    void a_client_that_cannot_be_made_is_tried_again() {
        Vertx vertx = Vertx.vertx();
        RedisClients clients = new RedisClients();
        RedisGate gate = new RedisGate(clients, vertx, new Stores.Config(), new Traffic());
        try (RedisServer server = RedisServer.create()) {
            assertThatThrownBy(() -> await(gate.send(Command.PING, List.of()))).isInstanceOf(Failure.Unavailable.class);
            clients.customize(VertxRedisClientFactory.DEFAULT_CLIENT, new RedisOptions().setConnectionString(server.url()));
            assertThat(Awaitility.await().ignoreExceptions().until(() -> await(gate.send(Command.PING, List.of())),
                    Objects::nonNull)).hasToString("PONG");
        } finally {
            gate.close();
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}

package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Inject;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The limits of clients' connections hold for the servers of the application and for no other server of the process. */
@QuarkusTest
@TestProfile(Quick.class)
class OtherServersApiTest {
    @Inject
    Vertx application;

    @Test
    void a_server_of_the_application_limits_its_connections() throws Exception {
        assertThat(isLimited(application)).isTrue();
    }

    @Test
    void another_server_does_not() throws Exception {
        Vertx other = Vertx.vertx();
        try {
            assertThat(isLimited(other)).isFalse();
        } finally {
            await(other.close());
        }
    }

    private static boolean isLimited(Vertx vertx) throws Exception {
        CompletableFuture<NetSocket> accepted = new CompletableFuture<>();
        NetServer server = vertx.createNetServer().connectHandler(accepted::complete);
        await(server.listen(0, "127.0.0.1"));
        try (Socket ignored = new Socket("127.0.0.1", server.actualPort())) {
            ConnectionBase connection = (ConnectionBase) accepted.get(1, TimeUnit.MINUTES);
            return connection.channel().pipeline().get(ClientConnection.class) != null;
        } finally {
            await(server.close());
        }
    }

    private static void await(Future<?> done) throws Exception {
        done.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }
}

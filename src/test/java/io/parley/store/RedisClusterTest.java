package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.session.SessionStore;
import io.parley.session.SessionStoreContract;
import io.parley.stream.Notice;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.TurnStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In a cluster every script finds all its keys on one node, or Redis refuses it. */
class RedisClusterTest extends SessionStoreContract {
    private static RedisServer server;
    private static Stores stores;

    @BeforeAll
    static void start() {
        server = RedisServer.create("--cluster-enabled", "yes");
        server.command("CLUSTER ADDSLOTSRANGE 0 16383");
        await()
                .until(() -> server.command("SET started yes").equals("+OK"));
        stores = Stores.onCluster(server.url());
    }

    @AfterAll
    static void stop() {
        stores.close();
        server.close();
    }

    @Test
    void replicas_hear_of_each_other() {
        try (Stores other = Stores.onCluster(server.url())) {
            List<Notice> heard = new CopyOnWriteArrayList<>();
            other.notices().listen(heard::add);
            await().until(() -> other.notices().arrive());
            Talk talk = Talk.begin(sessions(), turns());
            Turn turn = talk.opened(new Input.Say(Talk.user("one")));
            Talk.await(other.logs().follow(turn.session(), turn.id(), 0));
            talk.commit(turn, TurnState.COMPLETED, "a");
            await().untilAsserted(() -> assertThat(heard).containsExactly(new Notice.TurnOver(turn.session(), turn.id())));
        }
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

package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.LeaseState;
import io.parley.testing.Input;
import io.parley.testing.MovingAddress;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.Committed;
import io.parley.turn.Opening;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis with a replica that takes over, behind one address. */
class RedisFailoverTest {
    private final RedisServer first = RedisServer.create();
    private final RedisServer second = RedisServer.create("--replicaof", "127.0.0.1 " + first.port());
    private final MovingAddress address = MovingAddress.of(first.port());
    private final Stores stores = Stores.on(address.url());
    private final Talk talk = Awaitility.await().ignoreExceptions()
            .until(() -> Talk.begin(stores.sessions(), stores.turns()), Objects::nonNull);

    @AfterEach
    void close() {
        stores.close();
        address.close();
        second.close();
        first.close();
    }

    private void awaitReplicated() {
        Awaitility.await().until(() -> count(second).equals(count(first)) && first.command("WAIT 1 1000").equals(":1"));
    }

    private String count(RedisServer server) {
        return server.command("HLEN " + Keys.session(talk.session()) + ":m");
    }

    private void failOver() {
        second.command("REPLICAOF NO ONE");
        first.command("REPLICAOF 127.0.0.1 " + second.port());
        address.moveTo(second.port());
    }

    @Test
    void who_is_told_that_its_server_has_lost_its_rank_asks_the_new_one() {
        talk.say("one", "first");
        awaitReplicated();
        failOver();
        assertThat(first.command("SET a b")).startsWith("-READONLY");

        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
        assertThat(count(second)).isEqualTo(":4");
    }

    @Test
    void while_no_server_takes_writes_turns_are_refused_and_nothing_is_lost() {
        talk.say("one", "first");
        awaitReplicated();
        first.command("REPLICAOF 127.0.0.1 " + second.port());

        assertThatThrownBy(() -> talk.opened(new Input.Say(user("two")))).isInstanceOfSatisfying(Failure.Unavailable.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE));

        second.command("REPLICAOF NO ONE");
        address.moveTo(second.port());
        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
    }

    @Test
    void a_server_that_refuses_every_write_is_not_met_with_connection_after_connection() {
        talk.say("one", "first");
        awaitReplicated();
        first.command("REPLICAOF 127.0.0.1 " + second.port());
        int before = connectionsReceived();
        for (int i = 0; i < 8; i++) {
            List<Uni<Optional<Opening>>> refused = Stream.generate(this::opening).limit(10).toList();
            assertThat(await(Uni.join().all(refused).andFailFast())).containsOnly(Optional.empty());
        }
        // 240 writes by four connections.
        assertThat(connectionsReceived() - before).isLessThan(80);
        Awaitility.await().ignoreExceptions().until(talk::texts, List.of("one", "first")::equals);
    }

    private Uni<Optional<Opening>> opening() {
        return stores.turns().open(talk.request(new Input.Say(user("two")), null)).map(Optional::of)
                .onFailure(Failure.Unavailable.class).recoverWithItem(Optional.empty());
    }

    private int connectionsReceived() {
        return first.info("stats").lines().filter(line -> line.startsWith("total_connections_received:"))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1))).findFirst().orElseThrow();
    }

    @Test
    void a_turn_that_a_failover_has_lost_is_nowhere_and_its_owner_writes_nothing() {
        talk.say("one", "first");
        awaitReplicated();
        second.command("REPLICAOF NO ONE");
        Turn lost = talk.opened(new Input.Say(user("two")));
        first.kill();
        address.moveTo(second.port());

        LeaseState lease = Awaitility.await().ignoreExceptions()
                .until(() -> await(stores.logs().append(talk.session(), lost.id(), lost.epoch(), List.of())), Objects::nonNull);
        assertThat(lease.kind()).isEqualTo(LeaseState.Kind.LOST);
        assertThat(await(stores.turns().commit(Talk.end(lost, TurnState.COMPLETED, "second", List.of()))))
                .isInstanceOf(Committed.Gone.class);
        assertThatThrownBy(() -> await(stores.turns().find(talk.session(), lost.id())))
                .isInstanceOfSatisfying(Failure.NotFound.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TURN_NOT_FOUND));
        assertThat(talk.texts()).containsExactly("one", "first");
        talk.say("three", "third");
        assertThat(talk.texts()).containsExactly("one", "first", "three", "third");
    }
}

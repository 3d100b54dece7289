package io.parley.store;

import static io.parley.testing.Talk.PLAIN;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.session.SessionStore.Stored;
import io.parley.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of the bytes that an owner's forks copy, and of the bytes that a search reads from Redis at a time. */
class SessionForksTest {
    private static RedisServer server;
    private static Stores stores;
    private final Owner owner = new Owner("owner " + SessionId.create());

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

    /** Creates a session of this number of megabytes. */
    private static SessionId session(Owner of, int megabytes) {
        SessionId id = await(stores.sessions().create(SessionId.create(), of, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        for (int i = 0; i < megabytes; i++) {
            await(stores.sessions().append(of, id, List.of(user("x".repeat(1024 * 1024 - 1024))), null));
        }
        return id;
    }

    @CanIgnoreReturnValue
    private static Stored<Session> fork(Owner of, SessionId id, IdempotencyKey key) {
        return await(stores.sessions().fork(of, id, new MessageId(1), id.createFork(), key));
    }

    private static void assertLimited(Owner of, SessionId id, IdempotencyKey key) {
        assertThatThrownBy(() -> fork(of, id, key)).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.RATE_LIMITED);
            assertThat(failure.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
        });
    }

    private int sessionsOf(Owner of) {
        return await(stores.sessions().list(of, null, new PageRequest(null, null, 100))).items().size();
    }

    @Test
    void forks_copy_only_so_much_within_a_minute_and_others_are_not_concerned() {
        SessionId full = session(owner, 2);
        fork(owner, full, null);

        assertLimited(owner, full, null);
        assertThat(sessionsOf(owner)).isEqualTo(2);

        Owner other = new Owner("other " + SessionId.create());
        SessionId small = session(other, 1);
        fork(other, small, null);
        fork(other, small, null);
        assertThat(sessionsOf(other)).isEqualTo(3);
    }

    @Test
    void a_fork_that_is_larger_than_that_is_made_if_it_is_the_only_one() {
        SessionId giant = session(owner, 5);

        fork(owner, giant, null);

        assertLimited(owner, giant, null);
    }

    @Test
    void a_repeated_request_is_answered_with_its_fork_though_no_more_may_be_copied() {
        SessionId full = session(owner, 3);
        Stored<Session> first = fork(owner, full, key(1));

        assertThat(fork(owner, full, key(1))).isEqualTo(new Stored<>(first.value(), true));
        assertLimited(owner, full, key(2));
        assertThat(sessionsOf(owner)).isEqualTo(2);
    }

    @Test
    void many_forks_of_little_are_made() {
        SessionId small = await(
                stores.sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        await(stores.sessions().append(owner, small, List.of(user("Hello")), null));

        for (int i = 0; i < 100; i++) {
            fork(owner, small, null);
        }
    }

    @Test
    void a_search_reads_a_bounded_part_of_long_messages_at_a_time_and_finds_what_stands_far_back() {
        SessionId id = await(
                stores.sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        await(stores.sessions().append(owner, id, List.of(user("needle")), null));
        for (int i = 0; i < 8; i++) {
            await(stores.sessions().append(owner, id, List.of(user("x".repeat(1024 * 1024 - 1024))), null));
        }
        Traffic.Count before = stores.traffic().count();

        assertThat(await(stores.sessions().list(owner, "needle", new PageRequest(null, null, 10))).items())
                .extracting(Session::id).containsExactly(id);

        assertThat(stores.traffic().count().minus(before).commands()).isGreaterThan(8);
    }
}

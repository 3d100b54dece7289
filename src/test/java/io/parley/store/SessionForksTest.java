package io.parley.store;

import static io.parley.testing.Talk.PLAIN;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.session.SessionStore.Stored;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits of the bytes that an owner's forks copy, and of the bytes that a search reads from Redis at a time. */
class SessionForksTest extends WithRedis {
    private final Owner owner = new Owner("owner " + SessionId.create());

    /** Creates a session of this number of megabytes. */
    private static SessionId session(Owner of, int megabytes) {
        SessionId id = await(stores.sessions().create(SessionId.create(), of, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        for (int i = 0; i < megabytes; i++) {
            await(stores.sessions().append(of, id, List.of(user("x".repeat(1024 * 1024 - 1024))), null));
        }
        return id;
    }

    @CanIgnoreReturnValue
    private static Stored<Session> fork(Owner of, SessionId id, int through, IdempotencyKey key) {
        return await(stores.sessions().fork(of, id, new MessageId(through), id.createFork(), key));
    }

    private static void assertLimited(Owner of, SessionId id, int through, IdempotencyKey key) {
        assertThatThrownBy(() -> fork(of, id, through, key)).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.RATE_LIMITED);
            assertThat(failure.retryAfter()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(1));
        });
    }

    private int sessionsOf(Owner of) {
        return await(stores.sessions().list(of, new PageRequest(null, null, 100))).items().size();
    }

    @Test
    void forks_copy_only_so_much_within_a_minute_and_others_are_not_concerned() {
        SessionId full = session(owner, 2);
        fork(owner, full, 2, null);

        assertLimited(owner, full, 2, null);
        assertThat(sessionsOf(owner)).isEqualTo(2);

        Owner other = new Owner("other " + SessionId.create());
        SessionId small = session(other, 1);
        fork(other, small, 1, null);
        fork(other, small, 1, null);
        assertThat(sessionsOf(other)).isEqualTo(3);
    }

    @Test
    void a_fork_that_is_larger_than_that_is_made_if_it_is_the_only_one() {
        SessionId giant = session(owner, 5);

        fork(owner, giant, 5, null);

        assertLimited(owner, giant, 5, null);
    }

    /**
     * Each fork alone is larger than the forks of a minute may be, and each has been let in before the other one is measured.
     */
    @Test
    void one_of_two_large_forks_that_come_together_is_made_and_the_other_is_limited() {
        SessionId giant = session(owner, 5);

        List<Object> outcomes = together(giant, 2);

        assertThat(outcomes).hasSize(2).filteredOn(outcome -> outcome instanceof Stored<?>).hasSize(1);
        assertThat(outcomes).filteredOn(outcome -> outcome instanceof Failure failure
                && failure.code() == FailureCode.RATE_LIMITED).hasSize(1);
        assertThat(sessionsOf(owner)).isEqualTo(2);
        assertLimited(owner, giant, 5, null);
    }

    @Test
    void one_of_many_large_forks_that_come_together_is_made() {
        SessionId giant = session(owner, 5);

        assertThat(together(giant, 20)).hasSize(20).filteredOn(outcome -> outcome instanceof Stored<?>).hasSize(1);
        assertLimited(owner, giant, 5, null);
    }

    @Test
    void forks_that_come_together_and_fit_are_all_made() {
        SessionId one = session(owner, 1);

        assertThat(together(one, 3)).hasSize(3).allMatch(outcome -> outcome instanceof Stored<?>);
    }

    /** Forks a session several times at once. Returns the fork or the failure of each attempt. */
    private List<Object> together(SessionId id, int times) {
        int through = (int) await(stores.sessions().find(owner, id)).totals().messages();
        return await(Uni.join().all(IntStream.range(0, times).mapToObj(_ -> stores.sessions()
                .fork(owner, id, new MessageId(through), id.createFork(), null).<Object> map(fork -> fork)
                .onFailure().recoverWithItem(failure -> failure)).toList()).andCollectFailures());
    }

    @Test
    void a_repeated_request_is_answered_with_its_fork_though_no_more_may_be_copied() {
        SessionId full = session(owner, 3);
        Stored<Session> first = fork(owner, full, 3, key(1));

        assertThat(fork(owner, full, 3, key(1))).isEqualTo(new Stored<>(first.value(), true));
        assertLimited(owner, full, 3, key(2));
        assertThat(sessionsOf(owner)).isEqualTo(2);
    }

    @Test
    void many_forks_of_little_are_made() {
        SessionId small = await(
                stores.sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        await(stores.sessions().append(owner, small, List.of(user("Hello")), null));

        for (int i = 0; i < 100; i++) {
            fork(owner, small, 1, null);
        }
    }

    @Test
    void a_fork_from_an_early_message_is_charged_for_what_it_copies() {
        SessionId large = await(
                stores.sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        await(stores.sessions().append(owner, large, List.of(user("Hello"), user("removed"), user("World")), null));
        for (int i = 0; i < 5; i++) {
            await(stores.sessions().append(owner, large, List.of(user("x".repeat(1024 * 1024 - 1024))), null));
        }
        await(stores.sessions().remove(owner, large, List.of(new MessageId(2)), null));

        for (int i = 0; i < 20; i++) {
            Session fork = fork(owner, large, i % 2 == 0 ? 1 : 3, null).value();
            assertThat(bytes(fork)).isLessThan(1_000);
            assertThat(fork.totals().messages()).isEqualTo(i % 2 == 0 ? 1 : 2);
        }
        Session half = fork(owner, large, 5, null).value();
        assertThat(bytes(half)).isBetween(2_000_000L, 2_200_000L);
        assertLimited(owner, large, 5, null);
        assertLimited(owner, large, 1, null);
    }

    private static long bytes(Session session) {
        return Long.parseLong(server.command("HINCRBY " + Keys.session(session.id()) + " bytes 0").substring(1));
    }

    @Test
    void a_fork_takes_the_images_of_its_messages_and_no_others() {
        SessionId id = await(
                stores.sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, null)).value().id();
        await(stores.sessions().append(owner, id, List.of(picture('a', 1_000), user("between")), null));
        await(stores.sessions().append(owner, id, List.of(picture('b', 2_000_000), picture('c', 2_000_000)), null));

        for (int i = 0; i < 5; i++) {
            Session fork = fork(owner, id, 2, null).value();
            assertThat(bytes(fork)).isBetween(1_000L, 2_000L);
            assertThat(await(stores.sessions().image(owner, fork.id(), hash('a'))).base64()).hasSize(1_000);
            assertThatThrownBy(() -> await(stores.sessions().image(owner, fork.id(), hash('b'))))
                    .isInstanceOf(Failure.NotFound.class);
        }
        Session three = fork(owner, id, 3, null).value();
        assertThat(await(stores.sessions().image(owner, three.id(), hash('b'))).base64())
                .hasSize(2_000_000);
        assertThat(bytes(three)).isBetween(2_000_000L, 2_010_000L);
    }

    private static String hash(char digit) {
        return String.valueOf(digit).repeat(64);
    }

    private static NewMessage picture(char digit, int length) {
        Content image = new Content.Image(new ImageSource.Stored(hash(digit), "image/png", length, 0, 0));
        Content result = new Content.ToolResult("call", List.of(image), false);
        return new NewMessage(Role.USER, List.of(digit == 'b' ? result : image), new TokenCount(1, "o200k_base"),
                List.of(new ImageBytes(hash(digit), "image/png", "A".repeat(length))));
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

        assertThat(await(stores.sessions().search(owner, "needle", new PageRequest(null, null, 10))).items())
                .extracting(found -> found.session().id()).containsExactly(id);

        assertThat(stores.traffic().count().minus(before).commands()).isGreaterThan(8);
    }
}

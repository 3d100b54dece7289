package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.turn.RunningIndex.Entry;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RedisRunningIndexTest extends WithRedis {
    /** A turn is due again after 18 ms. */
    private static final LeaseTimes SHORT = new LeaseTimes(() -> Duration.ofMillis(15));
    private static final LeaseTimes LONG = new LeaseTimes(() -> Duration.ofHours(1));
    private final RedisRunningIndex index = new RedisRunningIndex(stores.gate(), SHORT);

    private static List<Entry> entries(int count) {
        return Stream.generate(() -> new Entry(SessionId.create(), TurnId.create())).limit(count).toList();
    }

    private static void enterFormerly(Entry entry) {
        assertThat(await(stores.gate().send(Command.ZADD,
                List.of("parley:running", "0", RunningDue.name(entry)))).toInteger()).isOne();
    }

    private static long parts() {
        return IntStream.range(0, 64).filter(part -> server.command("EXISTS parley:{r:" + part + "}").equals(":1")).count();
    }

    @Test
    void running_turns_are_spread_over_the_parts_and_all_are_found() {
        List<Entry> running = entries(100);
        await(index.change(running, List.of()));
        assertThat(parts()).isGreaterThan(20);
        assertThat(server.command("EXISTS parley:running")).isEqualTo(":0");
        Set<Entry> found = new HashSet<>();
        Awaitility.await().until(() -> {
            found.addAll(await(index.due(1000)));
            return found.equals(Set.copyOf(running));
        });
    }

    @Test
    void a_turn_that_is_over_is_found_no_more() {
        List<Entry> running = entries(20);
        await(index.change(running, List.of()));
        await(index.change(List.of(), running.subList(1, 20)));
        Awaitility.await().until(() -> await(index.due(1000)), running.subList(0, 1)::equals);
        await(index.change(List.of(), running));
        assertThat(parts()).isZero();
    }

    @Test
    void no_more_than_the_wanted_turns_are_given_and_the_next_call_gives_the_others() {
        List<Entry> running = entries(30);
        RedisRunningIndex patient = new RedisRunningIndex(stores.gate(), LONG);
        await(patient.change(running, List.of()));
        assertThat(await(index.due(1000))).isEmpty();
        // All are due now, and each is given once, as the other index does not give a turn twice within an hour.
        List<Entry> found = new ArrayList<>();
        Awaitility.await().until(() -> {
            List<Entry> due = await(patient.due(7));
            assertThat(due).hasSizeLessThanOrEqualTo(7);
            found.addAll(due);
            return found.size() == 30;
        });
        assertThat(found).containsExactlyInAnyOrderElementsOf(running);
    }

    @Test
    void turns_of_the_set_of_an_earlier_version_are_found_and_removed_until_it_is_empty() {
        Entry former = entries(1).getFirst();
        enterFormerly(former);
        Awaitility.await().until(() -> await(index.due(1000)), List.of(former)::equals);
        await(index.change(List.of(), List.of(former)));
        assertThat(server.command("EXISTS parley:running")).isEqualTo(":0");
        await(index.due(1000));
        // Once it was empty it is not asked any more.
        enterFormerly(entries(1).getFirst());
        await(index.due(1000));
        assertThat(server.command("ZCOUNT parley:running 0 0")).isEqualTo(":1");
    }
}

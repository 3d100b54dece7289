package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.session.SessionStore;
import io.parley.stream.Cursor;
import io.parley.stream.EventLogStore;
import io.parley.stream.EventLogStoreContract;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.TakeOver;
import io.parley.turn.TurnStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisEventLogStoreTest extends EventLogStoreContract {
    private static RedisServer server;
    private static Stores stores;

    @BeforeAll
    static void start() {
        server = RedisServer.create();
        stores = Stores.on(server.url());
    }

    @AfterAll
    static void stop() {
        stores.close();
        server.close();
    }

    @Override
    protected SessionStore sessions() {
        return stores.sessions();
    }

    @Override
    protected TurnStore turns() {
        return stores.turns();
    }

    @Override
    protected EventLogStore logs() {
        return stores.logs();
    }

    @Override
    protected void expireLease(SessionId session) {
        server.command("HSET " + Keys.session(session) + " lease 1");
    }

    @Test
    void a_page_of_a_log_is_little_more_than_was_asked_for_though_its_events_came_in_one_batch() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        Turn turn = talk.opened(new Input.Say(user("one")));
        List<NumberedEvent> batch = LongStream.rangeClosed(1, 200)
                .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta("0123456789".repeat(400)))).toList();
        assertThat(await(stores.logs().append(talk.session(), turn.id(), turn.epoch(), batch)).isHeld()).isTrue();
        List<NumberedEvent> read = new ArrayList<>();
        while (read.size() < batch.size()) {
            long after = read.isEmpty() ? 0 : read.getLast().id();
            Traffic.Count before = stores.traffic().count();
            read.addAll(await(stores.logs().read(talk.session(), turn.id(), after, Cursor.PAGE_BYTES)).events());
            assertThat(stores.traffic().count().minus(before).bytesReceived()).isLessThan(2 * Cursor.PAGE_BYTES);
        }
        assertThat(read).isEqualTo(batch);
    }

    @Test
    void a_log_lives_as_long_as_its_session_while_the_turn_runs_and_at_most_an_hour_after_it() {
        long day = Duration.ofDays(1).toMillis();
        assertThat(lives(Duration.ofDays(1))).satisfiesExactly(
                running -> assertThat(running).isBetween(day - 10_000, day + day / 1_000),
                over -> assertThat(over).isBetween(3_500_000L, 3_600_000L));
        assertThat(lives(Duration.ofMinutes(10))).satisfiesExactly(
                running -> assertThat(running).isBetween(3_500_000L, 3_603_600L),
                over -> assertThat(over).isBetween(500_000L, 600_000L));
        assertThat(lives(null)).satisfiesExactly(running -> assertThat(running).isEqualTo(-1),
                over -> assertThat(over).isBetween(3_500_000L, 3_600_000L));
    }

    private List<Long> lives(@Nullable Duration retention) {
        Talk kept = Talk.begin(sessions(), turns(), retention);
        Turn turn = kept.opened(new Input.Say(user("one")));
        List<NumberedEvent> events = List.of(new NumberedEvent(1, new TurnEvent.Delta("x")));
        await(logs().append(kept.session(), turn.id(), turn.epoch(), events));
        String log = Keys.log(kept.session(), turn.id().value());
        server.command("PEXPIRE " + log + " 5000");
        pastHalfAnHour(kept);
        await(logs().append(kept.session(), turn.id(), turn.epoch(), List.of()));
        long running = life(log);
        kept.commit(turn, TurnState.COMPLETED, "done");
        return List.of(running, life(log));
    }

    private static long life(String key) {
        return Long.parseLong(server.command("PTTL " + key).substring(1));
    }

    @Test
    void a_turn_that_is_given_up_is_anybodys_at_once_and_only_its_owner_can_give_it_up() {
        Talk kept = Talk.begin(sessions(), turns(), null);
        Turn turn = kept.opened(new Input.Say(user("one")));
        NumberedEvent last = new NumberedEvent(1, new TurnEvent.Delta("x"));

        assertThat(await(logs().release(kept.session(), turn.id(), turn.epoch() + 1, List.of(last))).isHeld()).isFalse();
        assertThat(await(turns().takeOver(kept.session(), turn.id(), turn.epoch(), false))).isInstanceOf(TakeOver.Left.class);

        assertThat(await(logs().release(kept.session(), turn.id(), turn.epoch(), List.of(last))).isHeld()).isTrue();
        assertThat(await(turns().takeOver(kept.session(), turn.id(), turn.epoch(), false))).isInstanceOf(TakeOver.Taken.class);
        assertThat(await(logs().read(kept.session(), turn.id(), 0)).events()).containsExactly(last);
    }

    @Test
    void a_session_is_kept_while_its_turn_runs_however_long_that_takes() {
        Talk kept = Talk.begin(sessions(), turns(), Duration.ofHours(1));
        Turn turn = kept.opened(new Input.Say(user("one")));
        for (String part : List.of("", ":m", ":t")) {
            server.command("PEXPIRE " + Keys.session(kept.session()) + part + " 60000");
        }
        pastHalfAnHour(kept);
        await(logs().append(kept.session(), turn.id(), turn.epoch(), List.of()));
        for (String part : List.of("", ":m", ":t")) {
            assertThat(life(Keys.session(kept.session()) + part)).isGreaterThan(3_500_000);
        }
    }

    /** As if the session and its log had been given their lifetime long ago. */
    private static void pastHalfAnHour(Talk talk) {
        server.command("HSET " + Keys.session(talk.session()) + " kept 1");
    }

    @Test
    void the_log_of_a_running_turn_gets_the_lifetime_that_the_session_is_given_meanwhile() {
        Talk kept = Talk.begin(sessions(), turns(), Duration.ofDays(1));
        Turn turn = kept.opened(new Input.Say(user("one")));
        append(turn, 1);
        retain(kept, Duration.ofDays(3));
        append(turn, 2);
        long day = Duration.ofDays(1).toMillis();
        assertThat(life(Keys.log(turn.session(), turn.id().value()))).isBetween(3 * day - 60_000, 3 * day);
        retain(kept, null);
        append(turn, 3);
        assertThat(life(Keys.log(turn.session(), turn.id().value()))).isEqualTo(-1);
    }

    private void append(Turn turn, long id) {
        NumberedEvent event = new NumberedEvent(id, new TurnEvent.Delta("x"));
        assertThat(await(logs().append(turn.session(), turn.id(), turn.epoch(), List.of(event))).isHeld()).isTrue();
    }

    private void retain(Talk talk, @Nullable Duration retention) {
        await(sessions().update(Owner.LOCAL, talk.session(), null, old -> new SessionSettings(old.title(), old.model(),
                old.fallbacks(), old.systemPrompt(), old.facts(), old.context(), old.generation(), old.ifRunning(),
                old.onDisconnect(), old.onCrash(), retention, old.metadata()), (_, _) -> ReadPlan.EVERYTHING));
    }

    @Test
    void an_ordinary_batch_makes_redis_do_at_most_five_commands_and_no_key_but_the_session_and_the_log_is_named() {
        Talk talk = Talk.begin(sessions(), turns());
        Turn turn = talk.opened(new Input.Say(user("one")));
        append(turn, 1);
        server.command("CONFIG RESETSTAT");
        append(turn, 2);
        assertThat(commands()).isEqualTo(Map.of("evalsha", 1L, "hmget", 1L, "time", 1L, "xadd", 1L));
        // A lease that has lost a part of its time is renewed too.
        expireLease(talk.session());
        server.command("CONFIG RESETSTAT");
        append(turn, 3);
        assertThat(commands()).containsOnlyKeys("evalsha", "hmget", "time", "xadd", "hset");
        assertThat(new LogAppend(turn.session(), turn.id(), 1, Duration.ZERO, List.of()).keys()).hasSize(2);
    }

    /** What Redis has done since its counts began, without what this test itself sends; how often. */
    private static Map<String, Long> commands() {
        return Pattern.compile("cmdstat_(\\w+):calls=(\\d+)").matcher(server.info("commandstats")).results()
                .filter(found -> !Set.of("config", "info", "publish", "ping").contains(found.group(1)))
                .collect(Collectors.toMap(found -> found.group(1), found -> Long.parseLong(found.group(2))));
    }

    @Test
    void a_log_that_an_earlier_version_has_begun_goes_on_and_gets_its_lifetime() {
        Talk talk = Talk.begin(sessions(), turns(), Duration.ofDays(1));
        Turn turn = talk.opened(new Input.Say(user("one")));
        String log = Keys.log(talk.session(), turn.id().value());
        server.command("XADD " + log + " 1-0 l 2 e '[{\"id\":1,\"t\":\"delta\",\"text\":\"x\"},"
                + "{\"id\":2,\"t\":\"delta\",\"text\":\"x\"}]'");
        List<NumberedEvent> events = LongStream.rangeClosed(1, 3)
                .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta("x"))).toList();
        assertThat(await(logs().append(turn.session(), turn.id(), turn.epoch(), events)).isHeld()).isTrue();
        assertThat(await(logs().read(turn.session(), turn.id(), 0)).events()).isEqualTo(events);
        assertThat(life(log)).isGreaterThan(Duration.ofHours(1).toMillis());
    }
}

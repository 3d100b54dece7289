package io.parley.store;

import static io.parley.testing.Talk.PLAIN;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IfRunning;
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
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What conversations cost in round trips, bytes, time and room, and that nothing of them is left behind. */
class StoreCostTest {
    private static RedisServer server;
    private static Stores stores;
    private static Stores small;

    @BeforeAll
    static void start() {
        server = RedisServer.create("--appendfsync", "no");
        stores = Stores.silent(server.url());
        small = Stores.on(server.url(), new Stores.Limits(4, 2000));
    }

    @AfterAll
    static void stop() {
        small.close();
        stores.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        server.flush();
    }

    private static Talk with(int messages, ReadPlan plan) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        for (int i = 0; i < messages; i += 100) {
            await(stores.sessions().append(Owner.LOCAL, talk.session(), Collections.nCopies(100, user("x".repeat(1000))),
                    null));
        }
        await(stores.sessions().update(Owner.LOCAL, talk.session(), null, settings -> settings, (_, _) -> plan));
        return talk;
    }

    @Test
    void a_turn_takes_two_round_trips_and_the_same_bytes_however_long_the_history() {
        Traffic.Count few = costOfATurn(with(100, new ReadPlan(0, 20, 0)));
        Traffic.Count many = costOfATurn(with(10_000, new ReadPlan(0, 20, 0)));
        assertThat(few.commands()).isEqualTo(2);
        assertThat(many.commands()).isEqualTo(2);
        assertThat(many.bytesSent()).isCloseTo(few.bytesSent(), within(few.bytesSent() / 20));
        assertThat(many.bytesReceived()).isCloseTo(few.bytesReceived(), within(few.bytesReceived() / 20));
    }

    private static Traffic.Count costOfATurn(Talk talk) {
        talk.say("warm", "up");
        Traffic.Count before = stores.traffic().count();
        talk.say("one", "first");
        return stores.traffic().count().minus(before);
    }

    @Test
    void a_reply_of_250_tokens_takes_30_kib_of_redis_connections_with_its_opening_and_its_end() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        // A server that has not seen a script yet is sent all of it.
        reply(talk, 5);
        server.command("CONFIG RESETSTAT");
        reply(talk, 250);
        Matcher bytes = Pattern.compile("total_net_(?:in|out)put_bytes:(\\d+)").matcher(server.info("stats"));
        assertThat(bytes.results().mapToLong(count -> Long.parseLong(count.group(1))).sum()).isBetween(10_000L, 30 * 1024L);
    }

    private static void reply(Talk talk, int tokens) {
        Turn turn = talk.opened(new Input.Say(user("one")));
        for (int from = 1; from <= tokens; from += 5) {
            List<NumberedEvent> events = LongStream.rangeClosed(from, from + 4L)
                    .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(" token"))).toList();
            assertThat(await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), events)).isHeld()).isTrue();
        }
        talk.commit(turn, TurnState.COMPLETED, " token".repeat(tokens));
    }

    @Test
    void ten_thousand_messages_are_forked_inside_redis() {
        Talk talk = with(10_000, ReadPlan.EVERYTHING);
        // A server that has not seen the script yet is sent all of it.
        assertThat(fork(talk, 1).totals().messages()).isOne();
        for (long through : List.of(10_000L, 9_000L, 10L)) {
            Traffic.Count before = stores.traffic().count();
            Session fork = fork(talk, through);
            Traffic.Count cost = stores.traffic().count().minus(before);
            assertThat(cost.commands()).isLessThan(8);
            assertThat(cost.bytesSent() + cost.bytesReceived()).isLessThan(20_000);
            assertThat(fork.totals().messages()).isEqualTo(through);
            assertThat(await(stores.turns().read(fork.id(), null, new ReadPlan(0, 1, 0))).messages().getFirst().id().sequence())
                    .isEqualTo(through);
        }
    }

    private static Session fork(Talk talk, long through) {
        // Reset the owner's counter, because all forks together copy more than an owner may copy within a minute.
        server.command("DEL " + Keys.copied(Owner.LOCAL));
        return await(stores.sessions()
                .fork(Owner.LOCAL, talk.session(), new MessageId(through), talk.session().createFork(), null)).value();
    }

    @Test
    void erasing_leaves_no_key() {
        SessionId id = SessionId.create();
        await(stores.sessions().create(id, Owner.LOCAL, PLAIN, ReadPlan.EVERYTHING, key(1)));
        Talk talk = Talk.begin(stores.sessions(), stores.turns()).in(id);
        String hash = "a".repeat(64);
        NewMessage image = new NewMessage(Role.USER,
                List.of(new Content.Image(new ImageSource.Stored(hash, "image/png", 3, 1, 1))),
                new TokenCount(1, "e"), List.of(new ImageBytes(hash, "image/png", "AAAA")));
        await(stores.sessions().append(Owner.LOCAL, id, List.of(image), key(2)));
        for (String reply : List.of("one", "two", "")) {
            Turn turn = talk.opened(new Input.Again());
            List<NumberedEvent> events = List.of(new NumberedEvent(1, new TurnEvent.Delta("x")));
            await(stores.logs().append(id, turn.id(), turn.epoch(), events));
            talk.commit(turn, reply.isEmpty() ? TurnState.FAILED : TurnState.COMPLETED, reply);
        }
        SessionId fork = id.createFork();
        await(stores.sessions().fork(Owner.LOCAL, id, new MessageId(1), fork, key(3)));
        Turn running = talk.opened(new Input.Again());
        await(stores.logs().append(id, running.id(), running.epoch(), List.of(new NumberedEvent(1, new TurnEvent.Delta("y")))));
        await(stores.turns().undo(talk.request(new Input.Again(), key(4))));
        await(stores.sessions().erase(Owner.LOCAL, id, null));
        assertThat(server.command("EXISTS " + Keys.session(fork))).isEqualTo(":1");
        await(stores.sessions().erase(Owner.LOCAL, fork, null));
        for (Session other : await(stores.sessions().list(Owner.LOCAL, new PageRequest(null, null, 10))).items()) {
            await(stores.sessions().erase(Owner.LOCAL, other.id(), null));
        }
        // The counter of the owner's copied bytes lives for a minute, even without sessions.
        assertThat(server.command("DEL " + Keys.copied(Owner.LOCAL))).isEqualTo(":1");
        assertThat(server.command("DBSIZE")).isEqualTo(":0");
    }

    @Test
    void a_session_lives_as_long_as_its_retention_after_the_last_write_and_never_ends_in_a_turn() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        talk.say("one", "first");
        assertThat(life(talk)).isBetween(Duration.ofDays(89), Duration.ofDays(90).plusHours(1));
        retain(talk, Duration.ofSeconds(50));
        assertThat(life(talk)).isBetween(Duration.ofSeconds(40), Duration.ofMillis(50_050));
        Turn turn = talk.opened(new Input.Again());
        assertThat(life(talk)).isGreaterThan(Duration.ofMinutes(20));
        talk.commit(turn, TurnState.COMPLETED, "second");
        assertThat(life(talk)).isLessThanOrEqualTo(Duration.ofMillis(50_050));
        retain(talk, null);
        assertThat(server.command("PTTL " + Keys.session(talk.session()) + ":m")).isEqualTo(":-1");
        assertThat(server.command("PTTL " + Keys.owner(Owner.LOCAL))).isEqualTo(":-1");
    }

    @Test
    void an_ordinary_turn_gives_the_lifetime_anew_before_the_session_would_end_too_early() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        retain(talk, Duration.ofDays(90));
        talk.say("one", "first");
        Duration used = Duration.ofDays(90).minusMinutes(1);
        List.of("", ":m", ":x", ":t")
                .forEach(part -> server.command("PEXPIRE " + Keys.session(talk.session()) + part + " " + used.toMillis()));
        talk.say("two", "second");
        assertThat(life(talk)).isBetween(Duration.ofDays(90), Duration.ofDays(90).plusHours(1));
        talk.say("three", "third");
        assertThat(life(talk)).isBetween(Duration.ofDays(90), Duration.ofDays(90).plusHours(1));
    }

    private static Duration life(Talk talk) {
        List<Long> lives = List.of("", ":m", ":x", ":t").stream()
                .map(part -> Long.parseLong(server.command("PTTL " + Keys.session(talk.session()) + part).substring(1)))
                .filter(life -> life != -2).toList();
        Assertions.assertThat(Collections.max(lives) - Collections.min(lives)).isLessThan(1000);
        return Duration.ofMillis(lives.getFirst());
    }

    private static void retain(Talk talk, Duration retention) {
        await(stores.sessions().update(Owner.LOCAL, talk.session(), null, _ -> new SessionSettings("", null, List.of(), null,
                List.of(), List.of(), PLAIN.generation(), IfRunning.REJECT, PLAIN.onDisconnect(), PLAIN.onCrash(), retention,
                PLAIN.metadata()), (_, _) -> ReadPlan.EVERYTHING));
    }

    @Test
    void the_owners_index_outlives_every_session_in_it() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        server.command("PEXPIRE " + Keys.owner(Owner.LOCAL) + " 1000");
        server.command("HSET " + Keys.session(talk.session()) + " own 1");
        talk.say("one", "first");
        Awaitility.await().until(() -> Long.parseLong(server.command("PTTL " + Keys.owner(Owner.LOCAL)).substring(1)),
                life -> life > Duration.ofDays(100).toMillis());
    }

    @Test
    void a_full_session_takes_nothing_more_but_the_reply_that_is_due() {
        Talk talk = Talk.begin(small.sessions(), small.turns());
        talk.say("one", "first");
        talk.say("two", "second");
        Assertions.assertThatThrownBy(() -> talk.say("three", "third")).isInstanceOfSatisfying(Failure.Invalid.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.SESSION_FULL));
        Talk bytes = Talk.begin(small.sessions(), small.turns());
        Assertions.assertThatThrownBy(() -> bytes.say("x".repeat(2000), "y")).isInstanceOf(Failure.Invalid.class);
        assertThat(talk.texts()).hasSize(4);
    }

    @Test
    void idempotency_records_are_pruned_a_few_at_a_time() {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        String key = Keys.session(talk.session()) + ":i";
        for (int i = 1; i <= 30; i++) {
            server.command("HSET " + key + " #" + i + " k" + i + " k" + i + " 1|" + i + "|aa|t|x tail " + i);
        }
        talk.say("one", "first");
        assertThat(server.command("HLEN " + key)).isEqualTo(":22");
        talk.say("two", "second");
        assertThat(server.command("HLEN " + key)).isEqualTo(":2");
    }
}

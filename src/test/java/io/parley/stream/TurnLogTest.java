package io.parley.stream;

import static io.parley.testing.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.FinishReason;
import io.parley.conversation.Owner;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log shows, keeps and stores, on a real Redis. */
class TurnLogTest extends OnRedis {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final LogTimes PATIENT = new LogTimes(LONG, Duration.ofMillis(5), Duration.ofSeconds(2),
            Duration.ofMillis(20), LONG);
    private final HeldLogs logs = new HeldLogs(stores.logs());
    private final ToldOwner told = new ToldOwner();
    private Talk talk;
    private Turn turn;

    @BeforeEach
    void open() {
        talk = Talk.begin(stores.sessions(), stores.turns());
        turn = talk.opened(new Input.Say(user("one")));
    }

    @AfterEach
    void release() {
        logs.release();
    }

    private LoopedLog log(LogTimes times) {
        return new LoopedLog(vertx, loop -> new TurnLog(turn, 0, logs, loop, told, times));
    }

    private static LogTimes times(Duration ahead, Duration trust) {
        return new LogTimes(ahead, Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofMillis(20), trust);
    }

    private EventPages pages() {
        return new EventPages(logs, turn.session(), turn.id());
    }

    private Listener<NumberedEvent> listener(LoopedLog log, long after) {
        SharedReads reads = new SharedReads(logs, (_, _) -> Uni.createFrom().item(Optional.empty()));
        Watches watches = new Watches(stores.notices(), Timing.lease(), vertx);
        Notice grown = new Notice.LogGrown(turn.session(), turn.id());
        return Listener.at(vertx,
                new LoopCursor<>(new LiveCursor(log.log(), pages(),
                        id -> new StoredCursor(pages(), reads, watches.open(grown), id), after), log.loop()));
    }

    @Test
    void a_listener_that_fails_harms_neither_the_turn_nor_other_listeners() {
        LoopedLog log = log(times(Duration.ofSeconds(10), Duration.ofSeconds(10)));
        AtomicInteger told = new AtomicInteger();
        log.listen(() -> {
            throw new IllegalStateException("broken inside");
        });
        log.listen(told::incrementAndGet);
        log.append(delta("a"));
        assertThat(told).hasValue(1);
        assertThat(Talk.await(log.seal())).isNotNull();
    }

    private static TurnEvent delta(String text) {
        return new TurnEvent.Delta(text);
    }

    private static List<String> shown(LoopedLog log) {
        return log.read(0).events().stream().map(event -> ((TurnEvent.Delta) event.event()).text()).toList();
    }

    private long stored() {
        return Talk.await(logs.read(turn.session(), turn.id(), 0)).lastId();
    }

    private static NumberedEvent done(LoopedLog log) {
        return log.number(new TurnEvent.Done(TurnState.COMPLETED, null, FinishReason.STOP, null, null));
    }

    @Test
    void an_event_is_shown_at_once_and_stored_soon() {
        LoopedLog log = log(PATIENT);
        log.append(delta("a"));
        assertThat(shown(log)).containsExactly("a");
        await().until(() -> stored() == 1);
        log.end(done(log));
    }

    @Test
    void nothing_more_is_shown_once_something_has_not_been_stored_for_too_long_though_it_is_on_its_way() {
        LoopedLog log = log(times(Duration.ofMillis(20), LONG));
        logs.hold();
        log.append(delta("a"));
        await().until(() -> logs.asked() == 1);
        log.append(delta("b"));
        log.append(delta("c"));
        assertThat(shown(log)).containsExactly("a");
        logs.release();
        await().until(() -> shown(log).equals(List.of("a", "b", "c")));
        log.end(done(log));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "ß", "語", "\uD83D\uDE42" })
    void no_more_than_4_kib_are_shown_that_are_not_stored(String letter) {
        LoopedLog log = log(PATIENT);
        logs.hold();
        for (int i = 0; i < 300; i++) {
            log.append(delta(letter.repeat(10)));
        }
        int bytes = String.join("", shown(log)).getBytes(UTF_8).length;
        assertThat(shown(log)).isNotEmpty();
        assertThat(bytes + shown(log).size() * EventSize.FRAME_BYTES).isBetween(3_900, TurnLog.AHEAD_BYTES);
        logs.release();
        await().until(() -> shown(log).size() == 300);
        log.end(done(log));
    }

    @Test
    void nothing_is_shown_while_the_lease_is_not_confirmed() {
        LoopedLog log = log(times(LONG, Duration.ofMillis(100)));
        logs.hold();
        List<String> given = new ArrayList<>();
        await().until(() -> {
            String text = Integer.toString(given.size());
            given.add(text);
            log.append(delta(text));
            return !shown(log).contains(text);
        });
        int before = shown(log).size();
        log.append(delta("z"));
        assertThat(shown(log)).hasSize(before);
        logs.release();
        await().until(() -> shown(log).contains("z"));
        log.end(done(log));
    }

    @Test
    void an_idle_turn_keeps_its_lease_and_tries_again_soon_when_that_fails() {
        LoopedLog log = log(new LogTimes(LONG, LONG, Duration.ofSeconds(1), Duration.ofMillis(5), LONG));
        logs.fail(true);
        await().until(() -> logs.asked() >= 50);
        logs.fail(false);
        int asked = logs.asked();
        await().until(() -> logs.asked() >= asked + 2);
        assertThat(told.all()).isEmpty();
        assertThat(stored()).isZero();
        log.end(done(log));
    }

    @Test
    void a_listener_goes_on_with_what_is_stored_when_the_turn_is_lost() {
        LoopedLog log = log(PATIENT);
        Listener<NumberedEvent> listener = listener(log, 0);
        log.append(delta("a"));
        assertThat(Talk.await(listener.next())).hasSize(1);
        await().until(() -> stored() == 1);
        CompletableFuture<List<NumberedEvent>> waiting = listener.next().subscribeAsCompletionStage();
        NumberedEvent reset = new NumberedEvent(10_001, new TurnEvent.Reset("a"));
        NumberedEvent end = new NumberedEvent(10_002, TurnEvent.terminal(turn));
        Talk.await(stores.turns().commit(Talk.end(turn, TurnState.FAILED, "a", List.of(reset, end))));
        log.append(delta("b"));
        await().until(() -> told.all().contains("lost"));
        log.lose();
        log.lose();
        log.append(delta("c"));
        List<NumberedEvent> got = new ArrayList<>(Talk.await(Uni.createFrom().completionStage(waiting)));
        got.addAll(readAll(listener));
        assertThat(got).extracting(NumberedEvent::id).endsWith(10_001L, 10_002L).doesNotHaveDuplicates();
        assertThat(log.read(0)).isEqualTo(LogRead.ELSEWHERE);
    }

    @Test
    void an_erased_session_is_told_to_the_owner() {
        LoopedLog log = log(PATIENT);
        Talk.await(stores.sessions().erase(Owner.LOCAL, turn.session(), null));
        log.append(delta("a"));
        await().until(() -> told.all().contains("erased"));
        String tag = turn.session().value().substring(0, turn.session().value().indexOf('.'));
        assertThat(redis.command("KEYS *" + tag + "*")).isEqualTo("*0");
        log.end(done(log));
    }

    @Test
    void a_cancellation_asked_for_elsewhere_is_told_to_the_owner() {
        LoopedLog log = log(PATIENT);
        Talk.await(stores.turns().requestCancel(Owner.LOCAL, turn.session(), turn.id()));
        log.append(delta("a"));
        await().until(() -> told.all().contains("cancel"));
        log.end(done(log));
    }

    @Test
    void what_is_stored_is_forgotten_and_read_from_the_store_by_who_is_behind() {
        LoopedLog log = log(PATIENT);
        for (int i = 1; i <= 3_000; i++) {
            log.append(delta(i + " "));
        }
        await().until(() -> stored() == 3_000);
        await().until(() -> log.read(0).kind() == LogRead.Kind.STORED);
        assertThat(log.read(3_000 - 1_024 - 1).kind()).isEqualTo(LogRead.Kind.STORED);
        assertThat(log.read(3_000 - 511).kind()).isEqualTo(LogRead.Kind.EVENTS);
        log.end(done(log));

        Listener<NumberedEvent> behind = listener(log, 0);
        List<NumberedEvent> all = readAll(behind);
        assertThat(all).extracting(NumberedEvent::id)
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 3_001).boxed().toList());
        assertThat(all.getLast().event().isTerminal()).isTrue();
    }

    @Test
    void a_listener_that_is_behind_memory_and_finds_nothing_stored_begins_again_with_the_text() {
        LoopedLog log = log(PATIENT);
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 3_000; i++) {
            text.append(i);
            log.append(delta(Integer.toString(i)));
        }
        await().until(() -> log.read(0).kind() == LogRead.Kind.STORED && shownAll(log, 3_000));
        redis.flush();
        Listener<NumberedEvent> behind = listener(log, 0);
        assertThat(Talk.await(behind.next())).containsExactly(new NumberedEvent(3_000, new TurnEvent.Reset(text.toString())));
        NumberedEvent end = done(log);
        log.end(end);
        assertThat(readAll(behind)).containsExactly(end);
    }

    @Test
    void a_listener_behind_memory_that_finds_nothing_stored_waits_while_the_newest_event_may_not_be_shown() {
        LoopedLog log = log(PATIENT);
        for (int i = 1; i <= 3_000; i++) {
            log.append(delta("a"));
        }
        await().until(() -> log.read(0).kind() == LogRead.Kind.STORED && shownAll(log, 3_000) && stored() == 3_000);
        logs.hide();
        logs.hold();
        String late = "x".repeat(TurnLog.AHEAD_BYTES);
        log.append(delta(late));
        CompletableFuture<List<NumberedEvent>> behind = listener(log, 0).next().subscribeAsCompletionStage();
        assertThat(behind).isNotDone();
        logs.release();
        assertThat(Talk.await(Uni.createFrom().completionStage(behind)))
                .containsExactly(new NumberedEvent(3_001, new TurnEvent.Reset("a".repeat(3_000) + late)));
        log.end(done(log));
    }

    @Test
    void a_listener_goes_on_on_the_context_on_which_it_waits() {
        LoopedLog log = log(PATIENT);
        Listener<NumberedEvent> listener = listener(log, 0);
        Context own = vertx.getOrCreateContext();
        CompletableFuture<Context> waits = new CompletableFuture<>();
        CompletableFuture<Context> goesOn = new CompletableFuture<>();
        own.runOnContext(_ -> {
            listener.next().subscribe().with(_ -> goesOn.complete(Vertx.currentContext()));
            waits.complete(Vertx.currentContext());
        });
        assertThat(waits.join()).isSameAs(own);
        log.append(delta("a"));
        assertThat(goesOn.join()).isSameAs(own);
        log.end(done(log));
    }

    /** Otherwise a turn that talks fast would fill the queue of an event loop that is busy. */
    @Test
    void a_listener_that_has_not_taken_yet_is_not_told_again() {
        LoopedLog log = log(PATIENT);
        AtomicInteger told = new AtomicInteger();
        LiveCursor cursor = new LiveCursor(log.log(), pages(), _ -> {
            throw new IllegalStateException("the turn is not lost");
        }, 0);
        log.run(() -> cursor.listen(new CursorListener() {
            @Override
            public void more() {
                told.incrementAndGet();
            }

            @Override
            public void failed(Throwable failure) {
                throw new IllegalStateException(failure);
            }
        }));
        log.append(delta("a"));
        log.append(delta("b"));
        log.append(delta("c"));
        assertThat(told).hasValue(1);
        log.run(() -> {
            assertThat(cursor.take()).hasSize(3);
            assertThat(cursor.take()).isNull();
        });
        log.append(delta("d"));
        assertThat(told).hasValue(2);
        log.run(cursor::close);
        log.end(done(log));
    }

    private static boolean shownAll(LoopedLog log, long lastId) {
        return !log.read(lastId - 1).events().isEmpty();
    }

    @Test
    void an_id_that_was_never_given_gets_the_text_so_far() {
        LoopedLog log = log(PATIENT);
        log.append(delta("a"));
        log.append(delta("b"));
        Listener<NumberedEvent> ahead = listener(log, 99);
        assertThat(Talk.await(ahead.next())).containsExactly(new NumberedEvent(2, new TurnEvent.Reset("ab")));
        log.append(delta("c"));
        NumberedEvent end = done(log);
        log.end(end);
        assertThat(readAll(ahead)).extracting(NumberedEvent::id).containsExactly(3L, 4L);
        assertThat(Talk.await(listener(log, 99).next()))
                .containsExactly(new NumberedEvent(3, new TurnEvent.Reset("abc")), end);
    }

    @Test
    void what_was_said_before_a_reset_does_not_count() {
        LoopedLog log = log(PATIENT);
        log.append(delta("wrong"));
        log.append(new TurnEvent.Reset("right"));
        log.append(delta("!"));
        assertThat(log.text()).isEqualTo("right!");
        log.end(done(log));
    }

    @Test
    void what_is_no_text_does_not_become_part_of_it() {
        LoopedLog log = log(PATIENT);
        log.append(delta("a"));
        log.append(new TurnEvent.Thinking("hm"));
        log.append(delta("b"));
        assertThat(log.text()).isEqualTo("ab");
        log.end(done(log));
    }

    @Test
    void what_is_sealed_takes_nothing_more_and_gives_back_what_may_not_be_stored() {
        LoopedLog log = log(PATIENT);
        logs.hold();
        log.append(delta("a"));
        await().until(() -> logs.asked() == 1);
        log.append(delta("b"));
        CompletableFuture<List<NumberedEvent>> rest = log.seal().subscribeAsCompletionStage();
        log.append(delta("too late"));
        assertThat(rest).isNotDone();
        logs.release();
        assertThat(Talk.await(Uni.createFrom().completionStage(rest))).extracting(NumberedEvent::id).containsExactly(2L);
        assertThat(done(log).id()).isEqualTo(3);
        log.end(done(log));
    }

    @Test
    void what_failed_to_be_stored_is_given_back_too() {
        LoopedLog log = log(PATIENT);
        logs.fail(true);
        log.append(delta("a"));
        await().until(() -> logs.asked() >= 2);
        assertThat(Talk.await(log.seal())).hasSize(1);
        log.end(done(log));
    }

    @Test
    void the_owner_hears_when_the_last_listener_has_left_and_only_then() {
        LoopedLog log = log(PATIENT);
        Listener<NumberedEvent> one = listener(log, 0);
        Listener<NumberedEvent> two = listener(log, 0);
        one.close();
        one.close();
        log.settle();
        assertThat(told.all()).isEmpty();
        assertThat(log.isListenedTo()).isTrue();
        log.join();
        log.release();
        two.close();
        log.settle();
        assertThat(told.all()).containsExactly("alone");
        assertThat(log.isListenedTo()).isFalse();
        Listener<NumberedEvent> three = listener(log, 0);
        log.end(done(log));
        three.close();
        log.settle();
        assertThat(told.all()).containsExactly("alone");
    }

    @Test
    void a_wait_that_was_given_up_loses_nothing() {
        LoopedLog log = log(PATIENT);
        Listener<NumberedEvent> listener = listener(log, 0);
        listener.next().subscribe().with(_ -> {
        }).cancel();
        log.append(delta("a"));
        assertThat(Talk.await(listener.next())).hasSize(1);
        log.end(done(log));
    }

    /** Whatever the pieces and whenever they are stored, whoever begins anywhere gets each later event once and in order. */
    @Test
    void every_listener_gets_each_later_event_once_and_in_order() {
        Random random = new Random(7);
        LoopedLog log = log(PATIENT);
        List<CompletableFuture<List<NumberedEvent>>> listeners = new ArrayList<>();
        List<Long> from = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 2_500; i++) {
            String piece = "a\uD83D\uDE42語ß".substring(0, 1 + 2 * random.nextInt(2)).repeat(1 + random.nextInt(20));
            text.append(piece);
            log.append(delta(piece));
            if (random.nextInt(50) == 0) {
                long after = random.nextInt(i + 1);
                from.add(after);
                listeners.add(CompletableFuture.supplyAsync(() -> readAll(listener(log, after)), TurnLogTest::beside));
            }
        }
        log.end(done(log));
        for (int i = 0; i < listeners.size(); i++) {
            List<NumberedEvent> got = Talk.await(Uni.createFrom().completionStage(listeners.get(i)));
            assertThat(got).extracting(NumberedEvent::id).containsExactlyElementsOf(
                    LongStream.rangeClosed(from.get(i) + 1, 2_501).boxed().toList());
        }
        assertThat(log.text()).isEqualTo(text.toString());
    }

    private static void beside(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    private static List<NumberedEvent> readAll(Listener<NumberedEvent> cursor) {
        List<NumberedEvent> all = new ArrayList<>();
        while (all.isEmpty() || !all.getLast().event().isTerminal()) {
            List<NumberedEvent> next = Talk.await(cursor.next());
            assertThat(next).as("the log ends after %s", all.size()).isNotEmpty();
            all.addAll(next);
        }
        assertThat(Talk.await(cursor.next())).isEmpty();
        cursor.close();
        return all;
    }
}

package io.parley.stream;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a turn is followed that runs in another process or is over, on a real Redis. */
class StoredCursorTest extends OnRedis {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Optional<TurnEndings.Ending> ending = Optional.empty();
    private Talk talk;
    private Turn turn;
    private TurnStreams streams;

    @BeforeEach
    void open() {
        talk = Talk.begin(stores.sessions(), stores.turns());
        turn = talk.opened(new Input.Say(user("one")));
        streams = new TurnStreams(stores.logs(), this::ifOver, watches(), Timing.lease());
    }

    private Watches watches() {
        return new Watches(stores.notices(), Timing.lease(), vertx);
    }

    private Uni<Optional<TurnEndings.Ending>> ifOver(SessionId session, TurnId id) {
        asked.incrementAndGet();
        return Uni.createFrom().item(ending);
    }

    private static NumberedEvent delta(long id, String text) {
        return new NumberedEvent(id, new TurnEvent.Delta(text));
    }

    private void store(NumberedEvent... events) {
        assertThat(Talk.await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), List.of(events))).isHeld())
                .isTrue();
    }

    private Turn over(TurnState state) {
        return Talk.end(turn, state, "", List.of()).turn();
    }

    private Listener<NumberedEvent> after(long id) {
        return at(streams, id);
    }

    private Listener<NumberedEvent> at(TurnStreams those, long id) {
        return Listener.at(vertx, ((Listening.From) Talk.await(those.listen(turn, id))).cursor());
    }

    private static CompletableFuture<List<NumberedEvent>> next(Listener<NumberedEvent> cursor) {
        return cursor.next().subscribeAsCompletionStage();
    }

    private static List<NumberedEvent> got(CompletableFuture<List<NumberedEvent>> next) {
        return Talk.await(Uni.createFrom().completionStage(next));
    }

    @Test
    void a_listener_waits_for_the_first_event_and_for_each_that_follows() {
        Listener<NumberedEvent> cursor = after(0);
        CompletableFuture<List<NumberedEvent>> first = next(cursor);
        await().until(() -> asked.get() > 0);
        store(delta(1, "a"));
        assertThat(got(first)).containsExactly(delta(1, "a"));
        CompletableFuture<List<NumberedEvent>> second = next(cursor);
        store(delta(2, "b"));
        assertThat(got(second)).containsExactly(delta(2, "b"));
        cursor.close();
        assertThat(cursor.hasNothing()).isTrue();
    }

    @Test
    void an_id_that_may_have_been_given_before_it_is_stored_is_waited_for() {
        store(delta(1, "a"));
        CompletableFuture<List<NumberedEvent>> next = next(after(3));
        await().until(() -> asked.get() > 0);
        store(delta(2, "b"), delta(3, "c"), delta(4, "d"));
        assertThat(got(next)).containsExactly(delta(4, "d"));
    }

    @Test
    void an_id_that_was_never_given_gets_the_text_so_far_and_goes_on() {
        store(delta(1, "x"), new NumberedEvent(2, new TurnEvent.Reset("a")), new NumberedEvent(3, new TurnEvent.Thinking("b")));
        String page = "y".repeat(1_000);
        for (int batch = 0; batch < 40; batch++) {
            long from = 4 + batch * 10L;
            store(LongStream.range(from, from + 10).mapToObj(id -> delta(id, page)).toArray(NumberedEvent[]::new));
        }
        Listener<NumberedEvent> cursor = after(1_000_000);
        assertThat(Talk.await(cursor.next()))
                .containsExactly(new NumberedEvent(403, new TurnEvent.Reset("a" + page.repeat(400))));
        store(delta(404, "z"));
        assertThat(Talk.await(cursor.next())).containsExactly(delta(404, "z"));
        assertThat(Talk.await(streams.textSoFar(turn))).isEqualTo("a" + page.repeat(400) + "z");
    }

    @Test
    void what_was_stored_together_is_given_in_small_pages() {
        String text = "y".repeat(1_000);
        List<NumberedEvent> all = LongStream.rangeClosed(1, 100).mapToObj(id -> delta(id, text)).toList();
        store(all.toArray(NumberedEvent[]::new));
        Listener<NumberedEvent> cursor = after(0);
        List<NumberedEvent> given = new ArrayList<>();
        while (given.size() < 100) {
            List<NumberedEvent> page = Talk.await(cursor.next());
            assertThat(page).hasSizeBetween(1, 25);
            given.addAll(page);
        }
        assertThat(given).isEqualTo(all);
    }

    @Test
    void a_turn_that_ended_without_an_event_is_told_from_its_record() {
        store(delta(1, "a"));
        Listener<NumberedEvent> cursor = after(1);
        CompletableFuture<List<NumberedEvent>> next = next(cursor);
        ending = Optional.of(new TurnEndings.Ending(over(TurnState.INTERRUPTED), "abc"));
        List<NumberedEvent> events = got(next);
        assertThat(events.getFirst().event()).isEqualTo(new TurnEvent.Reset("abc"));
        assertThat(events.getLast().event().isTerminal()).isTrue();
        assertThat(Talk.await(cursor.next())).isEmpty();
    }

    @Test
    void whoever_has_seen_the_text_of_a_turn_that_ended_without_an_event_gets_its_end() {
        ending = Optional.of(new TurnEndings.Ending(over(TurnState.INTERRUPTED), "abc"));
        Listener<NumberedEvent> cursor = after(StoredCursor.LAST_ID - 1);
        assertThat(Talk.await(cursor.next()))
                .containsExactly(new NumberedEvent(StoredCursor.LAST_ID, TurnEvent.terminal(over(TurnState.INTERRUPTED))));
        assertThat(Talk.await(cursor.next())).isEmpty();
    }

    @Test
    void last_events_that_came_meanwhile_are_not_lost() {
        ending = Optional.of(new TurnEndings.Ending(over(TurnState.COMPLETED), "ab"));
        List<NumberedEvent> last = List.of(delta(1, "a"), delta(2, "b"));
        TurnStreams racing = new TurnStreams(stores.logs(), (session, id) -> stores.logs()
                .append(session, id, turn.epoch(), last).chain(() -> ifOver(session, id)), watches(), Timing.lease());
        Listener<NumberedEvent> cursor = at(racing, 0);
        assertThat(Talk.await(cursor.next())).isEqualTo(last);
    }

    @Test
    void the_end_of_a_finished_turn_is_nothing_more_and_only_that() {
        NumberedEvent done = new NumberedEvent(2, TurnEvent.terminal(over(TurnState.COMPLETED)));
        Talk.await(stores.turns().commit(Talk.end(turn, TurnState.COMPLETED, "a", List.of(delta(1, "a"), done))));
        turn = over(TurnState.COMPLETED);
        assertThat(Talk.await(after(0).next())).containsExactly(delta(1, "a"), done);
        assertThat(Talk.await(after(1).next())).containsExactly(done);
        for (long end : List.of(2L, StoredCursor.LAST_ID)) {
            assertThat(Talk.await(streams.listen(turn, end))).isEqualTo(new Listening.NothingMore());
        }
    }

    @Test
    void the_last_event_follows_from_the_record() {
        for (TurnState state : List.of(TurnState.COMPLETED, TurnState.CANCELLED)) {
            Turn ended = over(state);
            assertThat(TurnEvent.terminal(ended)).isInstanceOfSatisfying(TurnEvent.Done.class,
                    done -> assertThat(done.state()).isEqualTo(state));
            Turn unexplained = new Turn(ended.id(), ended.session(), state, 1, ended.userMessage(), ended.reply(), true, null,
                    null, null, null, null, ended.onDisconnect(), ended.onCrash(), ended.metadata(), ended.createdAt(),
                    ended.updatedAt(), null);
            assertThat(TurnEvent.terminal(unexplained))
                    .isEqualTo(new TurnEvent.Done(state, ended.reply(), FinishReason.UNKNOWN, null, null));
        }
        assertThat(((TurnEvent.Failed) TurnEvent.terminal(over(TurnState.FAILED))).problem().code())
                .isEqualTo(FailureCode.PROVIDER_ERROR);
    }

    @Test
    void an_event_is_as_large_as_what_it_carries() {
        RawJson json = new RawJson("{\"a\":\"" + "x".repeat(500) + "\"}");
        for (TurnEvent event : List.of(new TurnEvent.Thinking("x".repeat(500)), new TurnEvent.Reset("x".repeat(500)),
                new TurnEvent.Block(new Content.ToolCall("id", "name", json)),
                new TurnEvent.Block(new Content.Opaque("openai", json)))) {
            assertThat(EventSize.of(event)).isBetween(500, 600);
        }
        assertThat(EventSize.of(new TurnEvent.Block(new Content.Refusal("no")))).isBetween(100, 400);
        assertThat(EventSize.of(new TurnEvent.Opened(turn.id(), turn.session(), turn.userMessage(), "m")))
                .isBetween(100, 400);
        assertThat(EventSize.of(new TurnEvent.ContextChosen("full", 1, 1, 0, 0, "m", List.of()))).isBetween(100, 400);
        assertThat(EventSize.of(TurnEvent.terminal(over(TurnState.FAILED)))).isBetween(100, 400);
    }
}

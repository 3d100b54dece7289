package io.parley.stream;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.end;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.Problem;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.LeaseState.Kind;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.TakeOver;
import io.parley.turn.TurnStore;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of event logs does. */
public abstract class EventLogStoreContract {
    private Talk talk;
    private Turn turn;

    protected abstract SessionStore sessions();

    protected abstract TurnStore turns();

    protected abstract EventLogStore logs();

    /** Lets the lease of the session's running turn run out. */
    protected abstract void expireLease(SessionId session);

    /** How long the sessions are kept, null for ever. */
    protected @Nullable Duration retention() {
        return Talk.PLAIN.retention();
    }

    @BeforeEach
    void begin() {
        talk = Talk.begin(sessions(), turns(), retention());
        turn = talk.opened(new Input.Say(user("one")));
    }

    private static List<NumberedEvent> deltas(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta("d" + id))).toList();
    }

    @CanIgnoreReturnValue
    private LeaseState append(List<NumberedEvent> events) {
        return await(logs().append(talk.session(), turn.id(), turn.epoch(), events));
    }

    private LogPage read(long after) {
        return await(logs().read(talk.session(), turn.id(), after));
    }

    @Test
    void there_is_no_log_before_the_first_event() {
        assertThat(read(0)).isEqualTo(new LogPage(false, List.of(), 0, false));
    }

    @Test
    void events_are_read_from_any_id_on() {
        assertThat(append(deltas(1, 3)).isHeld()).isTrue();
        assertThat(append(deltas(7, 9)).isHeld()).isTrue();
        List<NumberedEvent> all = new ArrayList<>(deltas(1, 3));
        all.addAll(deltas(7, 9));
        for (long after = 0; after <= 10; after++) {
            long seen = after;
            assertThat(read(after).events()).as("after %d", after).isEqualTo(all.stream().filter(e -> e.id() > seen).toList());
            assertThat(read(after).lastId()).isEqualTo(9);
            assertThat(read(after).more()).isFalse();
        }
    }

    @Test
    void a_repeated_batch_is_written_once_also_when_it_has_grown() {
        append(deltas(1, 3));
        append(deltas(1, 3));
        append(deltas(2, 5));
        assertThat(read(0).events()).isEqualTo(deltas(1, 5));
    }

    @Test
    void a_long_log_is_read_in_pages() {
        List<NumberedEvent> all = new ArrayList<>();
        String text = "x".repeat(4000);
        for (long id = 1; id <= 200; id++) {
            NumberedEvent event = new NumberedEvent(id, new TurnEvent.Delta(text + id));
            all.add(event);
            append(List.of(event));
        }
        List<NumberedEvent> read = new ArrayList<>();
        LogPage page = read(0);
        while (page.more()) {
            assertThat(page.events()).hasSizeLessThan(80);
            read.addAll(page.events());
            page = read(read.getLast().id());
        }
        read.addAll(page.events());
        assertThat(read).isEqualTo(all);
    }

    @Test
    void a_listener_is_given_small_pages_of_what_was_stored_together_too() {
        String text = "x".repeat(4000);
        for (long id = 1; id <= 20; id++) {
            append(List.of(new NumberedEvent(id, new TurnEvent.Delta(text))));
        }
        List<NumberedEvent> together = LongStream.rangeClosed(21, 40)
                .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(text))).toList();
        append(together);
        append(deltas(41, 41));
        for (int read = 0; read < 14; read += 7) {
            LogPage page = await(logs().follow(talk.session(), turn.id(), read));
            assertThat(page.events()).hasSize(7).extracting(NumberedEvent::id).startsWith(read + 1L);
            assertThat(page.more()).isTrue();
        }
        LogPage first = await(logs().read(talk.session(), turn.id(), 20, 1));
        assertThat(first.events()).isNotEmpty().hasSizeLessThan(4).isEqualTo(together.subList(0, first.events().size()));
        assertThat(first.more()).isTrue();
        assertThat(read(20).events()).startsWith(together.toArray(NumberedEvent[]::new));
        assertThat(await(logs().read(talk.session(), turn.id(), 40, 1)).events()).isEqualTo(deltas(41, 41));
    }

    @Test
    void every_event_comes_back_as_it_was() {
        Usage usage = new Usage(1, 2, 3, 4, 5, true);
        Cost cost = new Cost(new BigDecimal("0.0010"), "USD");
        Problem problem = new Problem(FailureCode.PROVIDER_RATE_LIMITED, "Wait.", true, Duration.ofSeconds(3));
        List<TurnEvent> events = List.of(new TurnEvent.Opened(turn.id(), talk.session(), turn.userMessage(), "m"),
                new TurnEvent.ContextChosen("full", 1, 2, 3, 4, "m", List.of()),
                new TurnEvent.ContextChosen("full", 1, 2, 3, 4, null, List.of(new MessageId(5), new MessageId(70))),
                new TurnEvent.Delta("\uD83D\uDE00 \uD800\n"),
                new TurnEvent.Thinking("hm"), new TurnEvent.Block(new Content.ToolCall("c", "n", new RawJson("{ }"))),
                new TurnEvent.Block(new Content.Opaque("anthropic", new RawJson("{\"a\": 1.0}"))), new TurnEvent.Reset("r"),
                new TurnEvent.Done(TurnState.COMPLETED, new MessageId(2), FinishReason.TOOL_CALLS, usage, cost),
                new TurnEvent.Done(TurnState.CANCELLED, null, FinishReason.CANCELLED, null, null),
                new TurnEvent.Failed(TurnState.FAILED, problem, null, usage, cost, false));
        List<NumberedEvent> numbered = new ArrayList<>();
        events.forEach(event -> numbered.add(new NumberedEvent(numbered.size() + 1, event)));
        append(numbered);
        assertThat(read(0).events()).isEqualTo(numbered);
    }

    @Test
    void pieces_that_follow_one_another_come_back_one_by_one_each_with_its_number_and_kind() {
        List<NumberedEvent> events = List.of(new NumberedEvent(1, new TurnEvent.Thinking("a \uD83D\uDE00")),
                new NumberedEvent(2, new TurnEvent.Thinking("\uD800")), new NumberedEvent(3, new TurnEvent.Delta("")),
                new NumberedEvent(4, new TurnEvent.Delta("\"]},{\n")), new NumberedEvent(7, new TurnEvent.Delta("gap")),
                new NumberedEvent(8, new TurnEvent.Reset("again")), new NumberedEvent(9, new TurnEvent.Delta("b")));
        append(events);
        for (int after = 0; after <= 9; after++) {
            int seen = after;
            assertThat(read(after).events()).isEqualTo(events.stream().filter(event -> event.id() > seen).toList());
        }
    }

    @Test
    void the_owner_hears_of_a_request_to_cancel() {
        assertThat(append(List.of())).isEqualTo(new LeaseState(Kind.HELD, false, false));
        await(turns().requestCancel(Owner.LOCAL, talk.session(), turn.id()));
        assertThat(append(List.of())).isEqualTo(new LeaseState(Kind.HELD, true, true));
    }

    @Test
    void each_write_renews_the_lease() {
        expireLease(talk.session());
        append(List.of());
        assertThat(await(turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).isEqualTo(new TakeOver.Left(turn));
    }

    @Test
    void an_owner_that_was_replaced_writes_nothing() {
        append(deltas(1, 2));
        expireLease(talk.session());
        Turn taken = ((TakeOver.Taken) await(turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).turn();
        assertThat(append(deltas(3, 4)).kind()).isEqualTo(Kind.LOST);
        assertThat(read(0).lastId()).isEqualTo(2);
        assertThat(await(logs().append(talk.session(), turn.id(), taken.epoch(), deltas(100, 101))).isHeld()).isTrue();
        assertThat(read(2).events()).isEqualTo(deltas(100, 101));
    }

    @Test
    void the_commit_writes_what_is_missing_and_nothing_comes_after_it() {
        append(deltas(1, 2));
        await(turns().commit(end(turn, TurnState.COMPLETED, "done", deltas(2, 4))));
        assertThat(append(deltas(5, 6)).kind()).isEqualTo(Kind.LOST);
        assertThat(read(0).events()).isEqualTo(deltas(1, 4));
    }

    @Test
    void a_late_write_does_not_revive_an_erased_session() {
        append(deltas(1, 2));
        await(sessions().erase(Owner.LOCAL, talk.session(), null));
        assertThat(append(deltas(3, 4)).kind()).isEqualTo(Kind.GONE);
        assertThat(read(0).exists()).isFalse();
    }
}

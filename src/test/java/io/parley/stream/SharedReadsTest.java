package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.TurnEndings.Ending;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When those who listen to the same log share one answer of the store. */
class SharedReadsTest {
    private static final SessionId SESSION = new SessionId("a.b");
    private static final TurnId TURN = new TurnId("t1");
    private final AskedLogs store = new AskedLogs();
    private final List<CompletableFuture<Optional<Ending>>> ends = new ArrayList<>();
    private final SharedReads reads = new SharedReads(store, this::ifOver);

    private Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn) {
        CompletableFuture<Optional<Ending>> answer = new CompletableFuture<>();
        ends.add(answer);
        return Uni.createFrom().completionStage(answer);
    }

    private static LogPage page(String text) {
        return new LogPage(true, List.of(new NumberedEvent(1, new TurnEvent.Delta(text))), 1, false);
    }

    /** A time before whatever is asked from now on. */
    private static long before() {
        return System.nanoTime() - 1;
    }

    private CompletableFuture<LogPage> follow(long after, long since) {
        return reads.follow(SESSION, TURN, after, since).subscribeAsCompletionStage();
    }

    @Test
    void those_who_ask_for_the_same_at_the_same_time_share_one_answer() {
        long told = before();
        CompletableFuture<LogPage> one = follow(0, told);
        CompletableFuture<LogPage> two = follow(0, told);
        assertThat(store.pages()).hasSize(1);
        store.pages().getFirst().complete(page("a"));
        assertThat(one).isCompletedWithValue(page("a"));
        assertThat(two).isCompletedWithValue(page("a"));
    }

    @Test
    void those_at_another_place_of_the_log_get_their_own_answer() {
        long told = before();
        CompletableFuture<LogPage> one = follow(0, told);
        CompletableFuture<LogPage> two = follow(1, told);
        assertThat(store.pages()).hasSize(2);
        store.pages().getLast().complete(page("b"));
        assertThat(one).isNotDone();
        assertThat(two).isCompletedWithValue(page("b"));
    }

    @Test
    void those_who_were_told_of_more_after_a_question_was_asked_share_the_next_one() {
        CompletableFuture<LogPage> early = follow(0, before());
        CompletableFuture<LogPage> late = follow(0, System.nanoTime());
        CompletableFuture<LogPage> later = follow(0, System.nanoTime());
        assertThat(store.pages()).hasSize(1);
        store.pages().getFirst().complete(page("a"));
        assertThat(early).isCompletedWithValue(page("a"));
        assertThat(late).isNotDone();
        assertThat(store.pages()).hasSize(2);
        store.pages().getLast().complete(page("ab"));
        assertThat(late).isCompletedWithValue(page("ab"));
        assertThat(later).isCompletedWithValue(page("ab"));
    }

    @Test
    void a_question_that_fails_does_not_fail_those_who_share_the_next_one() {
        CompletableFuture<LogPage> early = follow(0, before());
        CompletableFuture<LogPage> late = follow(0, System.nanoTime());
        store.pages().getFirst().completeExceptionally(new IllegalStateException("out of reach"));
        assertThat(early).isCompletedExceptionally();
        assertThat(late).isNotDone();
        store.pages().getLast().complete(page("ab"));
        assertThat(late).isCompletedWithValue(page("ab"));
    }

    @Test
    void whoever_stops_waiting_keeps_the_answer_from_no_other() {
        long told = before();
        Cancellable left = reads.follow(SESSION, TURN, 0, told).subscribe().with(_ -> {
        });
        CompletableFuture<LogPage> other = follow(0, told);
        left.cancel();
        store.pages().getFirst().complete(page("a"));
        assertThat(other).isCompletedWithValue(page("a"));
    }

    @Test
    void a_thousand_who_ask_one_after_the_other_while_one_question_is_under_way_are_one_more() {
        CompletableFuture<LogPage> first = follow(0, before());
        List<CompletableFuture<LogPage>> others = IntStream.range(0, 1_000).mapToObj(_ -> follow(0, System.nanoTime()))
                .toList();
        store.pages().getFirst().complete(page("a"));
        assertThat(first).isDone();
        assertThat(store.pages()).hasSize(2);
        store.pages().getLast().complete(page("ab"));
        assertThat(others).allMatch(CompletableFuture::isDone);
        assertThat(store.pages()).hasSize(2);
    }

    @Test
    void an_older_answer_that_comes_does_not_part_those_who_share_the_newer_one() {
        CompletableFuture<LogPage> early = follow(0, before());
        long told = System.nanoTime();
        CompletableFuture<LogPage> late = follow(0, told);
        store.pages().getFirst().complete(page("a"));
        assertThat(early).isCompletedWithValue(page("a"));
        CompletableFuture<LogPage> later = follow(0, told);
        assertThat(store.pages()).hasSize(2);
        store.pages().getLast().complete(page("ab"));
        assertThat(late).isCompletedWithValue(page("ab"));
        assertThat(later).isCompletedWithValue(page("ab"));
    }

    @Test
    void an_answer_is_for_those_who_wait_for_it_and_for_nobody_after_them() {
        long told = before();
        CompletableFuture<LogPage> first = follow(0, told);
        store.pages().getFirst().complete(page("a"));
        assertThat(first).isDone();
        assertThat(follow(0, told)).isNotDone();
        assertThat(store.pages()).hasSize(2);
    }

    @Test
    void a_question_that_fails_fails_for_all_who_share_it_and_is_asked_anew_by_the_next() {
        long told = before();
        CompletableFuture<LogPage> one = follow(0, told);
        CompletableFuture<LogPage> two = follow(0, told);
        store.pages().getFirst().completeExceptionally(new IllegalStateException("out of reach"));
        assertThat(one).isCompletedExceptionally();
        assertThat(two).isCompletedExceptionally();
        assertThat(follow(0, told)).isNotDone();
        assertThat(store.pages()).hasSize(2);
    }

    @Test
    void those_who_ask_whether_a_turn_is_over_share_that_answer_too() {
        long told = before();
        CompletableFuture<Optional<Ending>> one = reads.ifOver(SESSION, TURN, told).subscribeAsCompletionStage();
        CompletableFuture<Optional<Ending>> two = reads.ifOver(SESSION, TURN, told).subscribeAsCompletionStage();
        assertThat(ends).hasSize(1);
        ends.getFirst().complete(Optional.empty());
        assertThat(one).isCompletedWithValue(Optional.empty());
        assertThat(two).isCompletedWithValue(Optional.empty());
    }
}

package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Message;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Histories;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The states of a turn and the ways between them. */
class TurnRunTest {
    private static final Failure OVERLOADED = failure(FailureCode.PROVIDER_OVERLOADED, true);
    private static final LoneTurn SHARED = new LoneTurn();
    private final LoneTurn turn = SHARED.reset();

    @AfterAll
    static void close() {
        SHARED.close();
    }

    @Test
    void a_turn_tells_its_beginning_its_context_and_its_reply_and_then_its_stored_end() {
        turn.begin().call().say("Hel").say("lo").finish();

        Turns.Snapshot end = turn.end().orElseThrow();
        assertThat(LoneTurn.text(end.reply())).isEqualTo("Hello");
        assertThat(end.turn().state()).isEqualTo(TurnState.COMPLETED);
        assertThat(end.turn().usage()).isEqualTo(new Usage(20, 0, 0, 3, 0, false));
        assertThat(turn.told()).hasExactlyElementsOfTypes(TurnEvent.Opened.class, TurnEvent.ContextChosen.class,
                TurnEvent.Delta.class, TurnEvent.Delta.class, TurnEvent.Done.class);
        assertThat(turn.commits()).hasSize(1);
    }

    @Test
    void the_next_turn_goes_on_from_the_context_that_was_sent() {
        turn.begin().call().say("Hello").finish();

        assertThat(turn.end()).isPresent();
        assertThat(turn.commits().getFirst().next()).isNotNull();
    }

    @Test
    void a_context_that_is_too_long_is_sent_again_shorter() {
        turn.after(longHistory()).begin();
        LoneTurn.Call refused = turn.call();
        refused.fail(failure(FailureCode.CONTEXT_TOO_LONG, false));
        LoneTurn.Call shorter = turn.call();
        shorter.say("Hello").finish();

        assertThat(shorter.asked().messages()).hasSizeLessThan(refused.asked().messages().size());
        assertThat(turn.end().orElseThrow().turn().model()).isEqualTo("first");
        assertThat(count(TurnEvent.ContextChosen.class)).isEqualTo(2);
    }

    @Test
    void after_a_failure_without_content_the_next_model_answers_and_both_are_paid() {
        turn.begin();
        LoneTurn.Call first = turn.call();
        first.bring(new ReplyEvent.Used(new Usage(7, 0, 0, 0, 0, false))).fail(OVERLOADED);
        LoneTurn.Call second = turn.call();
        second.say("Hello").finish();

        assertThat(second.asked().model().name()).isEqualTo("second");
        Turn end = turn.end().orElseThrow().turn();
        assertThat(end.model()).isEqualTo("second");
        assertThat(end.usage().inputTokens()).isEqualTo(27);
        assertThat(turn.commits().getFirst().next()).as("another model than the session's was asked").isNull();
    }

    @Test
    void if_all_models_fail_the_failure_that_may_pass_is_told() {
        turn.begin().call().fail(OVERLOADED);
        turn.call().fail(failure(FailureCode.PROVIDER_REJECTED, false));

        assertThat(turn.end().orElseThrow().turn().problem().code()).isEqualTo(FailureCode.PROVIDER_OVERLOADED);
    }

    @Test
    void after_the_first_content_no_call_is_made_again_and_the_content_is_kept() {
        turn.begin().call().say("Hel").fail(OVERLOADED);

        Turns.Snapshot end = turn.end().orElseThrow();
        assertThat(end.turn().state()).isEqualTo(TurnState.FAILED);
        assertThat(LoneTurn.text(end.reply())).isEqualTo("Hel");
        assertThat(turn.isCalledAgain()).isFalse();
    }

    @Test
    void reasoning_is_content_too_and_is_not_answered_by_another_model() {
        turn.begin().call().bring(new ReplyEvent.Thinking("Hm")).fail(OVERLOADED);

        assertThat(turn.end().orElseThrow().turn().model()).isEqualTo("first");
        assertThat(turn.isCalledAgain()).isFalse();
    }

    @Test
    void a_reply_without_the_signal_of_its_end_fails() {
        turn.begin().call().say("Hel").complete();

        assertThat(turn.end().orElseThrow().turn().problem().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @Test
    void a_cancelled_turn_stops_its_call_and_keeps_its_reply() {
        turn.begin();
        LoneTurn.Call call = turn.call().say("Hel");
        await().until(() -> turn.text().equals("Hel"));
        turn.run().cancel();
        call.say("lo").finish();

        Turns.Snapshot end = turn.end().orElseThrow();
        assertThat(end.turn().finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(LoneTurn.text(end.reply())).isEqualTo("Hel");
        assertThat(call.isCancelled()).isTrue();
        assertThat(turn.commits()).hasSize(1);
    }

    @Test
    void a_turn_that_is_cancelled_at_once_ends_without_a_reply() {
        turn.begin().run().cancel();

        assertThat(turn.end().orElseThrow().reply()).isEmpty();
        assertThat(turn.commits()).hasSize(1);
    }

    @Test
    void a_turn_that_is_cancelled_before_its_first_step_calls_no_model() {
        turn.make().run().cancel();
        turn.run().run();

        assertThat(turn.end().orElseThrow().turn().state()).isEqualTo(TurnState.CANCELLED);
        turn.awaitLoop();
        assertThat(turn.isCalledAgain()).isFalse();
        assertThat(turn.commits()).hasSize(1);
    }

    @Test
    void a_fault_while_the_end_is_stored_does_not_tell_another_end() {
        CompletableFuture<Committed> answer = new CompletableFuture<>();
        turn.committing(_ -> Uni.createFrom().completionStage(answer)).begin().call().say("Hello").finish();
        await().until(() -> !turn.commits().isEmpty());
        turn.run().onLoop(() -> {
            throw new IllegalStateException("broken inside");
        });
        turn.awaitLoop();
        answer.complete(new Committed.Stored(turn.commits().getFirst().turn()));

        assertThat(turn.end().orElseThrow().turn().state()).isEqualTo(TurnState.COMPLETED);
    }

    @Test
    void a_turn_that_another_process_has_taken_over_stores_nothing() {
        turn.begin();
        LoneTurn.Call call = turn.call().say("Hel");
        turn.run().lost();

        assertThat(turn.end()).isEmpty();
        assertThat(call.isCancelled()).isTrue();
        assertThat(turn.commits()).isEmpty();
    }

    @Test
    void a_turn_whose_end_another_process_has_stored_leaves_it_at_that() {
        turn.committing(commit -> Uni.createFrom().item(new Committed.Lost(commit.turn()))).begin().call().say("x").finish();

        assertThat(turn.end()).isEmpty();
    }

    @Test
    void a_turn_of_an_erased_session_stores_nothing() {
        turn.begin().call();
        turn.run().erased();

        assertThat(turn.end()).isEmpty();
        assertThat(turn.commits()).isEmpty();
    }

    @Test
    void an_end_that_the_store_does_not_take_at_once_is_stored_again() {
        AtomicInteger tries = new AtomicInteger();
        turn.committing(commit -> tries.incrementAndGet() < 3 ? Uni.createFrom().failure(unavailable())
                : LoneTurn.stored(commit)).begin().call().say("Hello").finish();

        assertThat(turn.end()).isPresent();
        assertThat(turn.commits()).hasSize(3).allMatch(commit -> commit.equals(turn.commits().getFirst()));
    }

    @Test
    void an_end_that_cannot_be_stored_is_left_to_the_process_that_finds_the_turn() {
        try (LoneTurn impatient = new LoneTurn(Map.of("parley.turns.commit-patience", "PT0.1S"))) {
            impatient.committing(_ -> Uni.createFrom().failure(unavailable())).begin().call().say("Hello").finish();

            assertThat(impatient.end()).isEmpty();
        }
    }

    @Test
    void an_interrupted_turn_keeps_its_reply() {
        turn.begin();
        turn.call().say("Hel");
        await().until(() -> turn.text().equals("Hel"));
        turn.run().interrupt();

        assertThat(turn.end().orElseThrow().turn().state()).isEqualTo(TurnState.INTERRUPTED);
        assertThat(LoneTurn.text(turn.commits().getFirst().reply())).isEqualTo("Hel");
    }

    @Test
    void an_interrupted_turn_that_may_restart_is_left_to_another_process() {
        turn.restarting().begin().call().say("Hel");
        turn.run().interrupt();
        assertThat(turn.end()).isEmpty();
        assertThat(turn.logs().isReleased()).isTrue();
        assertThat(turn.commits()).isEmpty();
    }

    @Test
    void a_turn_that_takes_too_long_ends() {
        try (LoneTurn brief = new LoneTurn(Map.of("parley.turns.max-duration", "PT0.05S"))) {
            brief.begin().call();

            assertThat(brief.end().orElseThrow().turn().problem().code()).isEqualTo(FailureCode.TURN_TIMEOUT);
        }
    }

    @Test
    void a_fault_of_the_service_ends_the_turn_with_its_reply() {
        turn.begin().call().say("Hel").fail(new IllegalStateException("broken inside"));

        Turns.Snapshot end = turn.end().orElseThrow();
        assertThat(end.turn().problem().code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(end.turn().problem().detail()).doesNotContain("broken inside");
        assertThat(end.reply()).containsExactly(new Content.Text("Hel"));
    }

    @Test
    void ids_of_events_grow_by_one() {
        turn.begin().call().say("a").say("b").say("c").finish();

        assertThat(turn.end()).isPresent();
        List<NumberedEvent> events = new ArrayList<>(turn.logs().stored());
        events.addAll(turn.commits().getFirst().events());
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).id()).isEqualTo(i + 1L);
        }
    }

    private long count(Class<? extends TurnEvent> kind) {
        return turn.told().stream().filter(kind::isInstance).count();
    }

    private static List<Message> longHistory() {
        List<Message> history = new ArrayList<>();
        for (int i = 1; i < 40; i += 2) {
            history.add(Histories.user(i, 20, "Question " + i));
            history.add(Histories.assistant(i + 1, 20, "Answer " + i));
        }
        history.add(Histories.user(41, 20, "And now?"));
        return history;
    }

    private static Failure unavailable() {
        return new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, "The store does not answer.", null, null);
    }

    private static Failure.Provider failure(FailureCode code, boolean retryable) {
        return new Failure.Provider(code, "It failed.", retryable, null, null);
    }
}

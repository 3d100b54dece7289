package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.context.ChosenContext;
import io.parley.context.ContextState;
import io.parley.context.Forecast;
import io.parley.context.RawTokens;
import io.parley.context.Room;
import io.parley.context.TokenScale;
import io.parley.conversation.Failure;
import io.parley.conversation.Failure.Refusal;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Generation;
import io.parley.conversation.MessageId;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.provider.CacheHints;
import io.parley.provider.CallForm;
import io.parley.provider.Model;
import io.parley.testing.LogLines;
import io.parley.testing.Models;
import io.parley.turn.Remedies.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemediesTest {
    private static final Model MODEL = Models.able();
    private static final Failure.Provider REJECTED = failure(FailureCode.PROVIDER_REJECTED);
    private static final Failure.Provider REASONING = REJECTED.withDetail("Set the quirk resend-reasoning.")
            .saying(new Refusal(null, true, "400 reasoning_content is missing"));
    private final ModelHabits habits = new ModelHabits();
    private final List<String> logged = new ArrayList<>();
    private final LogLines log = new LogLines(Remedies.class, logged::add);

    @Test
    void a_refused_history_is_told_in_text_once_and_then_by_another_model() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.PLAIN);
        assertThat(remedies.after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.a").after(REJECTED, sent(10), _ -> true)).as("not again in that session")
                .isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.b").after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void missing_reasoning_is_sent_before_anything_is_told_in_text_and_is_remembered_for_the_model() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.after(REASONING, sent(900), _ -> true)).isEqualTo(Remedy.REASONING);
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(remedies("a.b").form(MODEL)).as("not yet taken").isEqualTo(CallForm.USUAL);
        remedies.taken(sent(900));
        assertThat(remedies("a.b").form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(logged).singleElement().asString().contains("resend-reasoning", "400 reasoning_content is missing");
    }

    @Test
    void another_model_of_the_same_provider_is_called_in_the_usual_form() {
        Remedies learning = remedies("a.a");
        assertThat(learning.after(REASONING, sent(10), _ -> true)).isEqualTo(Remedy.REASONING);
        learning.taken(sent(10));
        assertThat(remedies("a.b").form(Models.named("another", MODEL))).isEqualTo(CallForm.USUAL);
    }

    @Test
    void a_model_that_refuses_the_reasoning_it_once_wanted_gets_the_usual_form_from_then_on() {
        habits.wantsReasoning(MODEL.name());
        Remedies remedies = remedies("a.a");
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(remedies.after(REJECTED, sent(900), form -> form == CallForm.USUAL)).isEqualTo(Remedy.USUAL);
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.USUAL);
        assertThat(remedies("a.b").form(MODEL)).as("the next turn").isEqualTo(CallForm.USUAL);
        assertThat(logged).singleElement().asString().contains("without the reasoning");
        assertThat(remedies.after(REASONING, sent(10), _ -> true)).as("the reasoning was refused before")
                .isEqualTo(Remedy.PLAIN);
        assertThat(remedies.after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.NEXT_MODEL);
    }

    @Test
    void reasoning_that_is_not_at_fault_stays_remembered() {
        habits.wantsReasoning(MODEL.name());
        Remedies same = remedies("a.a");
        assertThat(same.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(same.after(REJECTED, sent(10), form -> form == CallForm.PLAIN)).as("the usual form is the same request")
                .isEqualTo(Remedy.PLAIN);
        Remedies wanted = remedies("a.b");
        assertThat(wanted.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(wanted.after(REASONING, sent(10), form -> form != CallForm.WITH_REASONING)).as("it wants more of it")
                .isEqualTo(Remedy.PLAIN);
        Remedies busy = remedies("a.c");
        assertThat(busy.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
        assertThat(busy.after(failure(FailureCode.PROVIDER_OVERLOADED), sent(10), _ -> true)).isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.d").form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
    }

    @Test
    void the_form_of_a_call_does_not_change_while_another_turn_learns() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.USUAL);
        habits.wantsReasoning(MODEL.name());
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.USUAL);
        assertThat(remedies.after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
        remedies.reset();
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.WITH_REASONING);
    }

    @Test
    void where_reasoning_does_not_help_text_only_does_and_the_log_names_the_quirk() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.after(REASONING, sent(10), _ -> true)).isEqualTo(Remedy.REASONING);
        assertThat(remedies.after(REASONING, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
        remedies.taken(sent(10));
        assertThat(remedies("a.b").form(MODEL)).as("not what helped").isEqualTo(CallForm.USUAL);
        assertThat(remedies("a.b").after(REASONING, sent(10), form -> form == CallForm.PLAIN)).as("none to send")
                .isEqualTo(Remedy.PLAIN);
        assertThat(logged).hasSize(3).allSatisfy(line -> assertThat(line).contains("resend-reasoning"));
    }

    @Test
    void a_remedy_is_logged_with_provider_model_and_the_providers_words() {
        Failure.Provider refusal = REJECTED.saying(new Refusal(3, false, "422 messages.3: no"));
        assertThat(remedies("a.a").after(refusal, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
        assertThat(logged).singleElement().asString().contains("Provider " + MODEL.provider(), "model " + MODEL.name(),
                "session a.a", "in text only", "422 messages.3: no");
    }

    @Test
    void text_only_is_not_tried_where_it_would_be_the_same_request() {
        assertThat(remedies("a.a").after(REJECTED, sent(10), _ -> false)).isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.a").after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
    }

    @Test
    void a_refusal_near_the_window_is_worth_one_shorter_try() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.after(REJECTED, sent(850), _ -> false)).isEqualTo(Remedy.SHORTER);
        assertThat(remedies.after(REJECTED, sent(850), _ -> false)).isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.b").after(REJECTED, sent(2_000), _ -> false)).isEqualTo(Remedy.SHORTER);
    }

    @Test
    void a_size_that_the_model_has_taken_before_is_not_at_fault() {
        remedies("a.a").taken(sent(900));
        assertThat(remedies("a.b").after(REJECTED, sent(850), _ -> false)).isEqualTo(Remedy.NEXT_MODEL);
        assertThat(remedies("a.b").after(REJECTED, sent(901), _ -> false)).isEqualTo(Remedy.SHORTER);
    }

    @Test
    void a_context_that_is_too_long_is_cut_some_times_also_in_text() {
        Remedies remedies = remedies("a.a");
        Failure.Provider tooLong = failure(FailureCode.CONTEXT_TOO_LONG);
        assertThat(remedies.after(REJECTED, sent(10), _ -> true)).isEqualTo(Remedy.PLAIN);
        assertThat(IntStream.range(0, 5).mapToObj(_ -> remedies.after(tooLong, sent(10), _ -> true)))
                .containsExactly(Remedy.SHORTER, Remedy.SHORTER, Remedy.SHORTER, Remedy.SHORTER, Remedy.NEXT_MODEL);
        remedies.reset();
        assertThat(remedies.form(MODEL)).isEqualTo(CallForm.USUAL);
        assertThat(remedies.after(tooLong, sent(10), _ -> true)).isEqualTo(Remedy.SHORTER);
    }

    @Test
    void other_failures_are_for_the_next_model() {
        for (FailureCode code : List.of(FailureCode.PROVIDER_OVERLOADED, FailureCode.PROVIDER_AUTH,
                FailureCode.CONTENT_FILTERED)) {
            assertThat(remedies("a.a").after(failure(code), sent(900), _ -> true)).isEqualTo(Remedy.NEXT_MODEL);
        }
    }

    @Test
    void the_message_that_was_refused_first_is_told() {
        Remedies remedies = remedies("a.a");
        assertThat(remedies.told(REJECTED).detail()).isEqualTo("detail");
        remedies.refused(new MessageId(7));
        remedies.refused(new MessageId(9));
        remedies.refused(null);
        assertThat(remedies.told(REJECTED).detail()).contains("message m7 ");
        assertThat(remedies.told(failure(FailureCode.PROVIDER_AUTH)).detail()).isEqualTo("detail");
    }

    @Test
    void what_is_remembered_is_bounded() {
        for (int i = 0; i <= ModelHabits.MOST_SESSIONS; i++) {
            habits.refusedInText(new SessionId("a." + i), "m");
        }
        assertThat(habits.mayTryText(new SessionId("a.0"), "m")).isTrue();
        assertThat(habits.mayTryText(new SessionId("a.1"), "m")).isFalse();
        for (int i = 0; i <= ModelHabits.MOST_MODELS; i++) {
            habits.accepted("m" + i, 10);
        }
        assertThat(habits.isLongest("m0", 10)).isTrue();
        assertThat(habits.isLongest("m2", 10)).isFalse();
        for (int i = 0; i <= ModelHabits.MOST_MODELS; i++) {
            habits.wantsReasoning("m" + i);
        }
        assertThat(habits.isReasoningWanted("m0")).isFalse();
        assertThat(habits.isReasoningWanted("m1")).isTrue();
    }

    private Remedies remedies(String session) {
        return new Remedies(habits, new SessionId(session));
    }

    private static Failure.Provider failure(FailureCode code) {
        return new Failure.Provider(code, "detail", false, null, null);
    }

    private static ChosenContext sent(long tokens) {
        return new ChosenContext("full", null, List.of(), Generation.UNDECIDED, CacheHints.none("k"), List.of(), tokens,
                new RawTokens(tokens, 0), 0, 0, new Room(1_000, 100, 900), new TokenScale(MODEL, 1, 1_000),
                new Forecast(0, null, null, false), ContextState.NEW, ReadPlan.EVERYTHING, List.of(), null, null, false);
    }
}

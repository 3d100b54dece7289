package io.parley.endtoend.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.endtoend.chaos.Cluster.Lifetime;
import io.parley.endtoend.chaos.History.Message;
import io.parley.endtoend.chaos.History.Turn;
import io.parley.endtoend.chaos.Ledger.Edit;
import io.parley.endtoend.chaos.Request.Kind;
import io.parley.endtoend.chaos.Request.Outcome;
import io.parley.testing.SseStream.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A check that cannot fail is worth nothing: each promise is broken once, and seen to be. */
class CheckerTest {
    private static final String SESSION = "tag.one";
    private static final String SAID = "ask-1-1: words=2";
    private static final EchoProvider.Call CALL = new EchoProvider.Call("ask-1-1", Echo.pieces(1, SAID), new AtomicInteger(3));
    private static final Request REQUEST = new Request(SESSION, "k1", Kind.SAY, "ask-1-1");
    private final List<Request> requests = new ArrayList<>(List.of(REQUEST));
    private final List<View> views = new ArrayList<>();
    private final List<Edit> edits = new ArrayList<>();
    private final List<Edit> removals = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private final List<Lifetime> lifetimes = new ArrayList<>();
    private final Set<String> ended = Set.of("g0.1");

    static {
        REQUEST.add(new Outcome.Unknown());
        REQUEST.add(new Outcome.Acknowledged("t1"));
    }

    @BeforeEach
    void good() {
        messages.add(new Message("m1", "t1", "user", SAID, "complete", true));
        messages.add(new Message("m2", "t1", "assistant", CALL.text(), "complete", true));
        turns.add(new Turn("t1", "k1", "completed", "m1", "m2", ""));
        views.add(view(CALL.text(), "m2"));
        lifetimes.add(new Lifetime("parley:{tag}:tag.one:m", Duration.ofHours(1).toMillis()));
        lifetimes.add(new Lifetime("parley:{tag}:tag.one:e:t1", 1000));
    }

    private static View view(String text, String message) {
        View view = new View(SESSION, "what somebody saw");
        view.take(new Event("1", "turn", "{\"turn\":\"t1\"}"));
        view.take(new Event("2", "delta", "{\"text\":\"gone\"}"));
        view.take(new Event("9", "reset", "{\"text\":\"" + text + "\"}"));
        String reply = message == null ? "" : ",\"message\":\"" + message + "\"";
        view.take(new Event("12", "done", "{\"state\":\"completed\"" + reply + "}"));
        return view;
    }

    private List<Violation.Kind> found() {
        History history = new History(SESSION, messages, turns, List.of(view(CALL.text(), "m2")));
        Evidence evidence = new Evidence(requests, views, edits, removals, Map.of(SESSION, history), Map.of(1, CALL),
                Map.of(SESSION, Duration.ofHours(1)), lifetimes, ended);
        return Checker.violations(evidence).stream().map(Violation::kind).toList();
    }

    private Request asked(String input, Outcome... outcomes) {
        Request request = new Request(SESSION, "key of " + input, Kind.SAY, input);
        List.of(outcomes).forEach(request::add);
        requests.add(request);
        return request;
    }

    @Test
    void finds_nothing_where_all_is_well() {
        assertThat(found()).isEmpty();
    }

    @Test
    void finds_an_acknowledged_input_that_is_lost() {
        Request unused = asked("ask-1-2", new Outcome.Acknowledged(null));
        assertThat(found()).containsExactly(Violation.Kind.LOST);
    }

    @Test
    void finds_an_acknowledged_turn_that_is_lost() {
        Request request = asked("ask-1-2", new Outcome.Acknowledged("t9"));
        messages.add(new Message("m3", null, "user", request.input(), "complete", true));
        assertThat(found()).containsExactly(Violation.Kind.LOST);
    }

    @Test
    void finds_an_input_that_is_there_twice() {
        messages.add(new Message("m3", "t1", "user", SAID, "complete", false));
        assertThat(found()).containsExactly(Violation.Kind.DOUBLED);
    }

    @Test
    void finds_a_refused_input_that_is_there() {
        Request unused = asked("ask-1-2", new Outcome.Refused(503, "store-unavailable", "g1.1"));
        messages.add(new Message("m3", null, "user", "ask-1-2", "complete", true));
        assertThat(found()).containsExactly(Violation.Kind.UNDEAD);
    }

    @Test
    void forgives_a_refused_input_whose_gateway_has_died_before_it_could_undo_it_and_one_of_which_nothing_was_told() {
        Request owed = asked("ask-1-2", new Outcome.Refused(503, "store-unavailable", "g0.1"));
        Request unknown = asked("ask-1-3", new Outcome.Unknown());
        messages.add(new Message("m3", null, "user", owed.input(), "complete", true));
        messages.add(new Message("m4", null, "user", unknown.input(), "complete", true));
        assertThat(found()).isEmpty();
    }

    @Test
    void finds_two_turns_of_one_key_but_not_the_repetition_of_one_that_failed_without_text() {
        turns.add(new Turn("t0", "k1", "failed", "m1", null, "provider-error"));
        assertThat(found()).isEmpty();
        turns.add(new Turn("t2", "k1", "cancelled", "m1", null, ""));
        assertThat(found()).containsExactly(Violation.Kind.DOUBLED);
    }

    @Test
    void finds_a_turn_with_two_replies_and_a_call_that_became_two() {
        messages.add(new Message("m3", "t1", "assistant", CALL.text(), "complete", false));
        assertThat(found()).containsOnly(Violation.Kind.DOUBLED);
    }

    @Test
    void finds_a_reply_that_is_lost_unless_somebody_has_removed_it() {
        messages.removeLast();
        assertThat(found()).contains(Violation.Kind.LOST);
        removals.add(new Edit(SESSION, "m2", null, true));
        assertThat(found()).isEmpty();
    }

    @Test
    void finds_a_message_that_came_back_after_it_was_removed() {
        removals.add(new Edit(SESSION, "m1", null, true));
        assertThat(found()).containsExactly(Violation.Kind.UNDEAD);
    }

    @Test
    void finds_an_edit_that_is_lost() {
        edits.add(new Edit(SESSION, "m1", SAID + " edit=1", true));
        assertThat(found()).containsExactly(Violation.Kind.LOST);
    }

    @Test
    void finds_one_character_that_is_wrong_in_a_stored_reply() {
        messages.set(1, new Message("m2", "t1", "assistant", CALL.text().replace("answers", "answerz"), "complete", true));
        assertThat(found()).contains(Violation.Kind.FOREIGN, Violation.Kind.DENIED);
    }

    @Test
    void finds_half_a_reply_that_says_it_is_whole() {
        messages.set(1, new Message("m2", "t1", "assistant", CALL.planned().getFirst(), "complete", true));
        assertThat(found()).contains(Violation.Kind.FOREIGN);
    }

    @Test
    void finds_the_reply_to_another_input() {
        messages.set(0, new Message("m1", "t1", "user", "ask-2-2: words=2", "complete", true));
        assertThat(found()).contains(Violation.Kind.FOREIGN);
    }

    @Test
    void finds_a_client_that_shows_what_history_denies() {
        views.add(view(CALL.text() + "!", "m2"));
        assertThat(found()).containsExactly(Violation.Kind.DENIED);
        views.clear();
        views.add(view(CALL.text(), null));
        assertThat(found()).containsOnly(Violation.Kind.DENIED);
    }

    @Test
    void finds_ids_that_do_not_rise_and_events_after_the_end() {
        View view = view(CALL.text(), "m2");
        view.take(new Event("12", "context", "{}"));
        views.add(view);
        assertThat(found()).containsExactly(Violation.Kind.DISORDER, Violation.Kind.DISORDER);
    }

    @Test
    void finds_a_turn_that_runs_for_ever() {
        turns.add(new Turn("t2", "k2", "running", "m1", null, ""));
        assertThat(found()).containsExactly(Violation.Kind.ENDLESS);
    }

    @Test
    void finds_keys_that_live_too_long_or_for_ever_or_belong_to_nobody() {
        lifetimes.add(new Lifetime("parley:{tag}:tag.one:t", Duration.ofHours(1).toMillis() / 1_000 * 1_001 + 1));
        lifetimes.add(new Lifetime("parley:{tag}:tag.one:e:t2", -1));
        lifetimes.add(new Lifetime("parley:{tag}:tag.two", 1));
        assertThat(found()).containsExactly(Violation.Kind.LIFETIME, Violation.Kind.LIFETIME, Violation.Kind.LIFETIME);
    }
}

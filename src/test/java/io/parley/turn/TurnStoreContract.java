package io.parley.turn;

import static io.parley.testing.Talk.assistant;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.end;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.text;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.context.ContextState;
import io.parley.conversation.Content;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of turns does. */
public abstract class TurnStoreContract {
    private static final PageRequest PAGE = new PageRequest(null, null, 50);
    protected Talk talk;

    protected abstract SessionStore sessions();

    protected abstract TurnStore turns();

    protected abstract EventLogStore logs();

    /** Lets the lease of the session's running turn run out. */
    protected abstract void expireLease(SessionId session);

    @BeforeEach
    void begin() {
        talk = Talk.begin(sessions(), turns());
    }

    @Test
    void opening_returns_the_turn_the_session_and_the_history_with_the_input_last() {
        talk.say("one", "first");
        Opening.Opened opened = talk.open(new Input.Say(user("two")));
        assertThat(opened.history()).extracting(Talk::text).containsExactly("one", "first", "two");
        assertThat(opened.complete()).isTrue();
        assertThat(opened.session().totals()).isEqualTo(new HistoryTotals(3, 11));
        assertThat(opened.session().runningTurn()).isEqualTo(opened.turn().id());
        assertThat(opened.turn().state()).isEqualTo(TurnState.RUNNING);
        assertThat(opened.turn().reply().sequence()).isEqualTo(opened.turn().userMessage().sequence() + 1);
        assertThat(opened.history().getLast().meta().turn()).isEqualTo(opened.turn().id());
    }

    @Test
    void opening_again_under_the_same_id_returns_the_same() {
        OpenTurn request = talk.request(new Input.Say(user("one")), key(1));
        Opening first = await(turns().open(request));
        assertThat(await(turns().open(request))).isEqualTo(first);
        assertThat(talk.texts()).containsExactly("one");
    }

    @Test
    void a_second_turn_is_refused_while_one_runs_and_named() {
        Turn running = talk.opened(new Input.Say(user("one")));
        assertThat(talk.open(new Input.Say(user("two")), null)).isEqualTo(new Opening.Busy(running.id(), IfRunning.REJECT));
        assertThat(talk.texts()).containsExactly("one");
    }

    @Test
    void somebody_elses_session_is_not_there() {
        OpenTurn foreign = Talk.request(new Owner("mallory"), talk.session(), new Input.Say(user("x")), null);
        assertThatThrownBy(() -> await(turns().open(foreign))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_committed_reply_is_history_and_the_turn_over() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        Turn stored = ((Committed.Stored) talk.commit(turn, TurnState.COMPLETED, "first")).turn();
        assertThat(stored.state()).isEqualTo(TurnState.COMPLETED);
        assertThat(stored.replyStored()).isTrue();
        assertThat(stored.usage()).isEqualTo(end(turn, TurnState.COMPLETED, "", List.of()).turn().usage());
        assertThat(await(turns().find(talk.session(), turn.id()))).isEqualTo(stored);
        assertThat(talk.history().getLast()).isInstanceOfSatisfying(Message.Assistant.class, reply -> {
            assertThat(reply.id()).isEqualTo(turn.reply());
            assertThat(reply.model()).isEqualTo("model");
            assertThat(reply.meta().turn()).isEqualTo(turn.id());
        });
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).runningTurn()).isNull();
    }

    @Test
    void committing_again_changes_nothing() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        Committed first = talk.commit(turn, TurnState.COMPLETED, "first");
        assertThat(talk.commit(turn, TurnState.COMPLETED, "first")).isEqualTo(first);
        assertThat(talk.texts()).containsExactly("one", "first");
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals()).isEqualTo(new HistoryTotals(2, 8));
    }

    @Test
    void a_partial_reply_keeps_its_status() {
        talk.commit(talk.opened(new Input.Say(user("one"))), TurnState.FAILED, "fir");
        assertThat(talk.history().getLast().meta().status()).isEqualTo(MessageStatus.FAILED);
    }

    @Test
    void a_turn_that_was_taken_over_is_lost_to_its_first_owner() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(await(turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).isEqualTo(new TakeOver.Left(turn));
        expireLease(talk.session());
        Turn taken = ((TakeOver.Taken) await(turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).turn();
        assertThat(taken.epoch()).isGreaterThan(turn.epoch());
        assertThat(talk.commit(turn, TurnState.COMPLETED, "late")).isInstanceOf(Committed.Lost.class);
        assertThat(talk.commit(taken, TurnState.INTERRUPTED, "part")).isInstanceOf(Committed.Stored.class);
        assertThat(talk.commit(turn, TurnState.COMPLETED, "late")).isInstanceOf(Committed.Lost.class);
        assertThat(talk.texts()).containsExactly("one", "part");
    }

    @Test
    void of_several_who_take_a_turn_over_one_has_it() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        expireLease(talk.session());
        List<TakeOver> all = await(Uni.join().all(IntStream.range(0, 4)
                .mapToObj(_ -> turns().takeOver(talk.session(), turn.id(), turn.epoch(), false)).toList()).andFailFast());
        List<TakeOver.Taken> taken = all.stream().filter(TakeOver.Taken.class::isInstance).map(TakeOver.Taken.class::cast)
                .toList();
        assertThat(taken).hasSize(1);
        assertThat(all).filteredOn(TakeOver.Left.class::isInstance).hasSize(3)
                .allMatch(left -> left.equals(new TakeOver.Left(taken.getFirst().turn())));
        talk.commit(taken.getFirst().turn(), TurnState.INTERRUPTED, "");
        assertThat(await(turns().takeOver(talk.session(), turn.id(), turn.epoch(), false))).isInstanceOf(TakeOver.Left.class);
    }

    @Test
    void a_turn_whose_owner_died_is_shown_to_who_comes_next() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        expireLease(talk.session());
        assertThat(talk.open(new Input.Say(user("two")), null))
                .isInstanceOfSatisfying(Opening.Dead.class, dead -> assertThat(dead.turn().id()).isEqualTo(turn.id()));
    }

    @Test
    void a_commit_ends_its_turn_whatever_the_sums_come_to() {
        Usage usage = new Usage(Long.MAX_VALUE, 1, 1, Long.MAX_VALUE, 1, false);
        for (String cost : List.of("1", "1e30")) {
            CommitTurn commit = end(talk.opened(new Input.Say(user("one"))), TurnState.COMPLETED, "first", List.of());
            Turn turn = commit.turn();
            Turn dear = new Turn(turn.id(), turn.session(), turn.state(), turn.epoch(), turn.userMessage(), turn.reply(), false,
                    turn.model(), turn.finishReason(), usage, new Cost(new BigDecimal(cost), "USD"), null, turn.onDisconnect(),
                    turn.onCrash(), turn.metadata(), turn.createdAt(), turn.updatedAt(), turn.context());
            assertThat(await(turns().commit(new CommitTurn(dear, commit.reply(), commit.tokens(), null, List.of()))))
                    .isInstanceOf(Committed.Stored.class);
        }
        assertThat(talk.texts()).containsExactly("one", "first", "one", "first");
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).runningTurn()).isNull();
    }

    @Test
    void a_commit_after_the_session_was_erased_writes_nothing() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        await(sessions().erase(Owner.LOCAL, talk.session(), null));
        assertThat(talk.commit(turn, TurnState.COMPLETED, "late")).isInstanceOf(Committed.Gone.class);
        assertThatThrownBy(() -> await(sessions().find(Owner.LOCAL, talk.session()))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void asking_to_cancel_tells_how_the_turn_stands() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(await(turns().requestCancel(Owner.LOCAL, talk.session(), turn.id())).state()).isEqualTo(TurnState.RUNNING);
        talk.commit(turn, TurnState.CANCELLED, "");
        assertThat(await(turns().requestCancel(Owner.LOCAL, talk.session(), turn.id())).state()).isEqualTo(TurnState.CANCELLED);
    }

    // Superseding

    @Test
    void answering_again_replaces_the_last_reply() {
        talk.say("one", "first");
        Turn again = talk.opened(new Input.Again());
        assertThat(talk.texts()).containsExactly("one");
        talk.commit(again, TurnState.COMPLETED, "second");
        assertThat(talk.texts()).containsExactly("one", "second");
        assertThat(talk.everything()).extracting(Talk::text).containsExactly("one", "first", "second");
        assertThat(talk.everything()).extracting(message -> message.meta().superseded()).containsExactly(false, true, false);
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals()).isEqualTo(new HistoryTotals(2, 9));
    }

    @Test
    void what_was_replaced_comes_back_if_nothing_was_said_instead() {
        talk.say("one", "first");
        talk.say("two", "second");
        talk.commit(talk.opened(new Input.Again()), TurnState.FAILED, "");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
        talk.commit(talk.opened(new Input.Instead(new MessageId(1), user("uno"))), TurnState.FAILED, "");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals()).isEqualTo(new HistoryTotals(4, 17));
        talk.say("three", "third");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second", "three", "third");
    }

    @CanIgnoreReturnValue
    private Turn failedReplacement(IdempotencyKey key) {
        talk.say("one", "first");
        talk.say("two", "second");
        Turn failed = ((Opening.Opened) talk.open(new Input.Instead(new MessageId(3), user("zwei")), key)).turn();
        talk.commit(failed, TurnState.FAILED, "");
        return failed;
    }

    /** What is live, what is not, and that the totals say the same. */
    private void stands(List<String> live, List<String> superseded) {
        assertThat(talk.texts()).isEqualTo(live);
        assertThat(talk.everything()).filteredOn(message -> message.meta().superseded()).extracting(Talk::text)
                .isEqualTo(superseded);
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals())
                .isEqualTo(new HistoryTotals(live.size(), live.stream().mapToLong(String::length).sum()));
    }

    @Test
    void answering_again_after_a_failed_replacement_answers_what_failed() {
        Turn failed = failedReplacement(null);
        stands(List.of("one", "first", "two", "second"), List.of("zwei"));
        for (TurnState state : List.of(TurnState.FAILED, TurnState.INTERRUPTED)) {
            Turn again = talk.opened(new Input.Again());
            assertThat(again.userMessage()).isEqualTo(failed.userMessage());
            stands(List.of("one", "first", "zwei"), List.of("two", "second"));
            talk.commit(again, state, "");
            stands(List.of("one", "first", "two", "second"), List.of("zwei"));
        }
        talk.again("zweitens");
        stands(List.of("one", "first", "zwei", "zweitens"), List.of("two", "second"));
        talk.again("neu");
        stands(List.of("one", "first", "zwei", "neu"), List.of("two", "second", "zweitens"));
    }

    @Test
    void answering_again_answers_the_last_input_once_the_conversation_went_on_after_a_failed_replacement() {
        failedReplacement(null);
        await(sessions().append(Owner.LOCAL, talk.session(), List.of(user("three"), assistant("third")), null));
        talk.again("drittens");
        stands(List.of("one", "first", "two", "second", "three", "drittens"), List.of("zwei", "third"));
    }

    @Test
    void a_failed_replacement_whose_place_was_removed_is_not_answered_again() {
        failedReplacement(null);
        await(sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(2)), null));
        talk.again("zweitens");
        stands(List.of("one", "two", "zweitens"), List.of("second", "zwei"));
    }

    @Test
    void a_replacement_that_failed_runs_again_under_its_key_without_a_second_message() {
        Turn failed = failedReplacement(key(1));
        Input input = new Input.Instead(new MessageId(3), user("zwei"));
        talk.commit(talk.opened(new Input.Again()), TurnState.FAILED, "");
        for (String reply : List.of("", "", "zweitens")) {
            Turn repeated = ((Opening.Opened) talk.open(input, key(1))).turn();
            assertThat(repeated.userMessage()).isEqualTo(failed.userMessage());
            talk.commit(repeated, reply.isEmpty() ? TurnState.FAILED : TurnState.COMPLETED, reply);
        }
        stands(List.of("one", "first", "zwei", "zweitens"), List.of("two", "second"));
        assertThat(talk.open(input, key(1))).isInstanceOf(Opening.Known.class);
    }

    @Test
    void a_replacement_that_was_answered_again_does_not_run_again_under_its_key() {
        Turn failed = failedReplacement(key(1));
        talk.again("zweitens");
        assertThat(talk.open(new Input.Instead(new MessageId(3), user("zwei")), key(1)))
                .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().id()).isEqualTo(failed.id()));
    }

    @Test
    void undoing_an_opening_that_answers_a_failed_replacement_again_leaves_everything_as_before() {
        failedReplacement(key(1));
        Input input = new Input.Instead(new MessageId(3), user("zwei"));
        for (OpenTurn request : List.of(talk.request(new Input.Again(), null), talk.request(input, key(1)))) {
            await(turns().open(request));
            stands(List.of("one", "first", "zwei"), List.of("two", "second"));
            await(turns().undo(request));
            stands(List.of("one", "first", "two", "second"), List.of("zwei"));
        }
        Turn repeated = ((Opening.Opened) talk.open(input, key(1))).turn();
        talk.commit(repeated, TurnState.COMPLETED, "zweitens");
        stands(List.of("one", "first", "zwei", "zweitens"), List.of("two", "second"));
    }

    @Test
    void an_edited_message_takes_all_that_followed_with_it() {
        talk.say("one", "first");
        talk.say("two", "second");
        talk.instead(new MessageId(1), "uno", "primo");
        assertThat(talk.texts()).containsExactly("uno", "primo");
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals()).isEqualTo(new HistoryTotals(2, 8));
    }

    @Test
    void only_a_user_message_of_the_conversation_can_be_replaced() {
        talk.say("one", "first");
        talk.instead(new MessageId(1), "uno", "primo");
        assertThatThrownBy(() -> talk.open(new Input.Instead(new MessageId(1), user("x")))).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> talk.open(new Input.Instead(new MessageId(4), user("x")))).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> talk.open(new Input.Instead(new MessageId(99), user("x"))))
                .isInstanceOf(Failure.NotFound.class);
        assertThat(talk.texts()).containsExactly("uno", "primo");
    }

    @Test
    void there_must_be_something_to_answer() {
        for (Input input : List.of(new Input.Again(), new Input.AsItStands())) {
            assertThatThrownBy(() -> talk.open(input)).isInstanceOfSatisfying(Failure.Conflict.class,
                    failure -> assertThat(failure.code()).isEqualTo(FailureCode.NOTHING_TO_ANSWER));
        }
        talk.say("one", "first");
        assertThatThrownBy(() -> talk.open(new Input.AsItStands())).isInstanceOf(Failure.Conflict.class);
        await(sessions().append(Owner.LOCAL, talk.session(), List.of(user("two")), null));
        assertThat(talk.opened(new Input.AsItStands()).userMessage()).isEqualTo(talk.history().getLast().id());
    }

    @Test
    void answering_again_after_a_failure_without_text_needs_nothing_to_replace() {
        talk.commit(talk.opened(new Input.Say(user("one"))), TurnState.FAILED, "");
        assertThat(talk.texts()).containsExactly("one");
        talk.again("first");
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    // Idempotency

    @Test
    void a_known_key_returns_its_turn_running_or_over() {
        Turn turn = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        assertThat(talk.open(new Input.Say(user("one")), key(1)))
                .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().id()).isEqualTo(turn.id()));
        talk.commit(turn, TurnState.COMPLETED, "first");
        assertThat(talk.open(new Input.Say(user("one")), key(1)))
                .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().replyStored()).isTrue());
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    @Test
    void a_key_used_for_something_else_is_refused() {
        talk.open(new Input.Say(user("one")), key(1));
        IdempotencyKey other = new IdempotencyKey(key(1).key(), key(2).fingerprint());
        assertThatThrownBy(() -> talk.open(new Input.Say(user("two")), other)).isInstanceOfSatisfying(Failure.Invalid.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.IDEMPOTENCY_KEY_REUSED));
    }

    @Test
    void a_refused_opening_is_not_remembered() {
        Turn running = talk.opened(new Input.Say(user("one")));
        assertThat(talk.open(new Input.Say(user("two")), key(1))).isInstanceOf(Opening.Busy.class);
        talk.commit(running, TurnState.COMPLETED, "first");
        assertThat(talk.open(new Input.Say(user("two")), key(1))).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void one_that_failed_without_text_runs_again_without_a_second_input() {
        Turn failed = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        talk.commit(failed, TurnState.FAILED, "");
        Turn second = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        assertThat(second.userMessage()).isEqualTo(failed.userMessage());
        talk.commit(second, TurnState.COMPLETED, "first");
        assertThat(talk.texts()).containsExactly("one", "first");
        assertThat(talk.open(new Input.Say(user("one")), key(1)))
                .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().id()).isEqualTo(second.id()));
    }

    @Test
    void one_that_failed_without_text_is_only_shown_once_the_conversation_has_moved_on() {
        Turn failed = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        talk.commit(failed, TurnState.FAILED, "");
        talk.say("two", "second");
        assertThat(talk.open(new Input.Say(user("one")), key(1)))
                .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().id()).isEqualTo(failed.id()));
    }

    @Test
    void a_replacement_that_failed_without_text_runs_afresh() {
        talk.say("one", "first");
        Input input = new Input.Instead(new MessageId(1), user("uno"));
        talk.commit(((Opening.Opened) talk.open(input, key(1))).turn(), TurnState.FAILED, "");
        talk.commit(((Opening.Opened) talk.open(input, key(1))).turn(), TurnState.COMPLETED, "primo");
        assertThat(talk.texts()).containsExactly("uno", "primo");
    }

    @Test
    void a_replacement_that_failed_without_text_is_only_shown_once_the_conversation_has_moved_on() {
        Input input = new Input.Instead(new MessageId(3), user("zwei"));
        Runnable talked = () -> talk.say("three", "third");
        Runnable failed = () -> talk.commit(talk.opened(new Input.Say(user("three"))), TurnState.FAILED, "");
        Runnable imported = () -> await(
                sessions().append(Owner.LOCAL, talk.session(), List.of(user("three"), assistant("third")), null));
        Runnable replaced = () -> talk.commit(talk.opened(new Input.Instead(new MessageId(3), user("deux"))), TurnState.FAILED,
                "");
        Runnable edited = () -> talk.instead(new MessageId(1), "uno", "primo");
        Runnable removed = () -> await(sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(2)), null));
        for (Runnable meanwhile : List.of(talked, failed, imported, replaced, edited, removed)) {
            begin();
            Turn turn = failedReplacement(key(1));
            meanwhile.run();
            int messages = talk.everything().size();
            assertThat(talk.open(input, key(1)))
                    .isInstanceOfSatisfying(Opening.Known.class, known -> assertThat(known.turn().id()).isEqualTo(turn.id()));
            assertThat(known(1)).contains(turn.id());
            assertThat(talk.everything()).hasSize(messages);
        }
    }

    @Test
    void a_replacement_whose_input_was_removed_after_it_failed_is_only_shown() {
        Turn failed = failedReplacement(key(1));
        await(sessions().remove(Owner.LOCAL, talk.session(), List.of(failed.userMessage()), null));
        assertThat(talk.open(new Input.Instead(new MessageId(3), user("zwei")), key(1))).isInstanceOf(Opening.Known.class);
        stands(List.of("one", "first", "two", "second"), List.of());
    }

    @Test
    void a_request_that_would_not_run_again_is_known_and_any_other_is_not() {
        Turn failed = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        assertThat(known(1)).as("running").contains(failed.id());
        talk.commit(failed, TurnState.FAILED, "");
        assertThat(known(1)).as("its input still stands").isEmpty();
        talk.say("two", "second");
        assertThat(known(1)).as("the conversation has moved on").contains(failed.id());
        Input input = new Input.Instead(new MessageId(3), user("zwei"));
        Turn replaced = ((Opening.Opened) talk.open(input, key(2))).turn();
        talk.commit(replaced, TurnState.INTERRUPTED, "");
        assertThat(known(2)).as("its replacement was taken back").isEmpty();
        talk.again("zweitens");
        assertThat(known(2)).as("its input was answered since").contains(replaced.id());
    }

    @Test
    void a_failed_request_whose_input_was_answered_by_hand_or_removed_is_known() {
        Turn failed = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        talk.commit(failed, TurnState.INTERRUPTED, "");
        await(sessions().append(Owner.LOCAL, talk.session(), List.of(assistant("first")), null));
        assertThat(known(1)).contains(failed.id());
        Turn second = ((Opening.Opened) talk.open(new Input.Say(user("two")), key(2))).turn();
        talk.commit(second, TurnState.FAILED, "");
        await(sessions().remove(Owner.LOCAL, talk.session(), List.of(second.userMessage()), null));
        assertThat(known(2)).contains(second.id());
        assertThat(known(3)).as("never used").isEmpty();
    }

    private Optional<TurnId> known(int key) {
        return await(turns().known(Owner.LOCAL, talk.session(), key(key))).map(Turn::id);
    }

    // Results for a turn that is to be cancelled

    @Test
    void results_are_checked_without_a_running_turn_whose_opening_is_undone_meanwhile() {
        Content call = new Content.ToolCall("c1", "look", RawJson.EMPTY_OBJECT);
        Content other = new Content.ToolCall("c2", "look", RawJson.EMPTY_OBJECT);
        TokenCount tokens = new TokenCount(4, "o200k_base");
        await(sessions().append(Owner.LOCAL, talk.session(),
                List.of(user("one"), new NewMessage(Role.ASSISTANT, List.of(call, other), tokens)), null));
        List<Content> both = List.of(result("c1"), result("c2"));
        OpenTurn undone = talk.request(new Input.Say(user("two")), null);
        await(turns().open(undone));
        await(turns().undo(undone));
        check(new NewMessage(Role.TOOL, both, tokens), undone.turn());
        check(new NewMessage(Role.TOOL, both, tokens), TurnId.create());
        NewMessage one = new NewMessage(Role.TOOL, both.subList(0, 1), tokens);
        assertThatThrownBy(() -> check(one, undone.turn())).isInstanceOf(Failure.Invalid.class).hasMessageContaining("c2");
        OpenTurn foreign = Talk.request(new Owner("mallory"), talk.session(), new Input.Say(one), null);
        ResultsBeforeCancel results = new ResultsBeforeCancel(turns(), logs());
        assertThatThrownBy(() -> await(results.check(foreign, undone.turn()))).isInstanceOf(Failure.NotFound.class);
    }

    private void check(NewMessage message, TurnId running) {
        await(new ResultsBeforeCancel(turns(), logs()).check(talk.request(new Input.Say(message), null), running));
    }

    private static Content result(String call) {
        return new Content.ToolResult(call, List.of(new Content.Text("done")), false);
    }

    // Undoing

    @Test
    void an_undone_opening_leaves_nothing_and_never_opens_again() {
        talk.say("one", "first");
        OpenTurn request = talk.request(new Input.Instead(new MessageId(1), user("uno")), key(1));
        await(turns().open(request));
        await(turns().undo(request));
        await(turns().undo(request));
        assertThat(talk.texts()).containsExactly("one", "first");
        assertThat(await(sessions().find(Owner.LOCAL, talk.session())).totals()).isEqualTo(new HistoryTotals(2, 8));
        assertThatThrownBy(() -> await(turns().find(talk.session(), request.turn()))).isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(turns().open(request))).isInstanceOf(Failure.Unavailable.class);
        assertThat(talk.open(new Input.Instead(new MessageId(1), user("uno")), key(1))).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void an_opening_that_a_repetition_has_joined_is_not_undone_but_the_next_one_is() {
        OpenTurn joined = talk.request(new Input.Say(user("one")), key(1));
        Turn turn = ((Opening.Opened) await(turns().open(joined))).turn();
        assertThat(talk.open(new Input.Say(user("one")), key(1))).isInstanceOf(Opening.Known.class);
        await(turns().undo(joined));
        assertThat(await(turns().find(talk.session(), turn.id())).state()).isEqualTo(TurnState.RUNNING);
        talk.commit(turn, TurnState.COMPLETED, "first");
        OpenTurn alone = talk.request(new Input.Say(user("two")), key(2));
        await(turns().open(alone));
        await(turns().undo(alone));
        assertThat(talk.texts()).containsExactly("one", "first");
    }

    @Test
    void an_input_that_a_later_turn_answers_outlives_the_undoing_of_its_own_turn() {
        OpenTurn first = talk.request(new Input.Say(user("one")), key(1));
        talk.commit(((Opening.Opened) await(turns().open(first))).turn(), TurnState.INTERRUPTED, "");
        Turn second = ((Opening.Opened) talk.open(new Input.Say(user("one")), key(1))).turn();
        await(turns().undo(first));
        assertThat(talk.texts()).containsExactly("one");
        talk.commit(second, TurnState.COMPLETED, "first");
        assertThat(talk.texts()).containsExactly("one", "first");
        assertThat(await(turns().find(talk.session(), first.turn())).state()).isEqualTo(TurnState.INTERRUPTED);
    }

    @Test
    void an_opening_that_arrives_after_its_undoing_is_refused() {
        OpenTurn request = talk.request(new Input.Say(user("late")), null);
        await(turns().undo(request));
        assertThatThrownBy(() -> await(turns().open(request))).isInstanceOf(Failure.Unavailable.class);
        assertThat(talk.texts()).isEmpty();
    }

    // Reading

    @Test
    void a_plan_bounds_what_is_read() {
        talk.say("aaaa", "bbbb");
        talk.say("cccc", "dddd");
        assertThat(read(new ReadPlan(0, 2, 0)).messages()).extracting(Talk::text).containsExactly("cccc", "dddd");
        assertThat(read(new ReadPlan(0, 2, 0)).complete()).isFalse();
        assertThat(read(new ReadPlan(2, 0, 0)).messages()).extracting(Talk::text).containsExactly("bbbb", "cccc", "dddd");
        assertThat(read(new ReadPlan(0, 0, 5)).messages()).extracting(Talk::text).containsExactly("cccc", "dddd");
        assertThat(read(new ReadPlan(0, 0, 4)).messages()).extracting(Talk::text).containsExactly("dddd");
        assertThat(read(new ReadPlan(0, 4, 0)).complete()).isTrue();
        assertThat(await(turns().read(talk.session(), new MessageId(4), new ReadPlan(0, 1, 0))).messages())
                .extracting(Talk::text).containsExactly("cccc");
    }

    private TurnStore.History read(ReadPlan plan) {
        return await(turns().read(talk.session(), null, plan));
    }

    @Test
    void a_plan_stored_by_a_commit_is_followed_by_the_next_opening() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        CommitTurn commit = end(turn, TurnState.COMPLETED, "first", List.of());
        CommitTurn.Next stored = new CommitTurn.Next(new ReadPlan(0, 1, 0), ContextState.NEW, 0);
        await(turns().commit(new CommitTurn(commit.turn(), commit.reply(), commit.tokens(), stored, List.of())));
        Opening.Opened next = talk.open(new Input.Say(user("two")));
        assertThat(next.read()).isEqualTo(new ReadPlan(0, 1, 0));
        assertThat(next.history()).extracting(Talk::text).containsExactly("two");
        assertThat(next.complete()).isFalse();
    }

    @Test
    void images_are_kept_by_hash_and_read_only_when_asked_for() {
        String hash = "a".repeat(64);
        NewMessage message = new NewMessage(Role.USER,
                List.of(new Content.Image(new ImageSource.Stored(hash, "image/png", 3, 1, 1))), new TokenCount(1, "e"),
                List.of(new ImageBytes(hash, "image/png", "AAAA")));
        talk.open(new Input.Say(message));
        assertThat(await(turns().images(talk.session(), List.of(hash, "b".repeat(64)))))
                .containsExactly(Map.entry(hash, new ImageBytes(hash, "image/png", "AAAA")));
        assertThat(await(sessions().image(Owner.LOCAL, talk.session(), hash)).base64()).isEqualTo("AAAA");
    }

    @Test
    void an_undone_opening_takes_along_the_images_that_came_with_it_and_no_other() {
        String kept = "a".repeat(64);
        String fresh = "b".repeat(64);
        talk.commit(talk.opened(new Input.Say(pictures(kept))), TurnState.COMPLETED, "seen");
        OpenTurn request = talk.request(new Input.Say(pictures(kept, fresh)), null);
        await(turns().open(request));
        assertThat(await(turns().images(talk.session(), List.of(kept, fresh)))).containsOnlyKeys(kept, fresh);
        await(turns().undo(request));
        assertThat(await(turns().images(talk.session(), List.of(kept, fresh)))).containsOnlyKeys(kept);
    }

    private static NewMessage pictures(String... hashes) {
        List<Content> content = Stream.of(hashes)
                .<Content> map(hash -> new Content.Image(new ImageSource.Stored(hash, "image/png", 3, 1, 1))).toList();
        List<ImageBytes> images = Stream.of(hashes).map(hash -> new ImageBytes(hash, "image/png", "AAAA")).toList();
        return new NewMessage(Role.USER, content, new TokenCount(1, "e"), images);
    }

    @Test
    void tool_messages_keep_everything() {
        List<Content> blocks = List
                .of(new Content.ToolResult("c1", List.of(new Content.Text("42 \u2028 \uD83D\uDE00 \uD800")), true));
        Opening.Opened opened = talk.open(new Input.Say(new NewMessage(Role.TOOL, blocks, new TokenCount(1, "e|x"))));
        assertThat(opened.history().getLast().content()).isEqualTo(blocks);
    }

    // Listing

    @Test
    void turns_are_listed_newest_first_and_by_state() {
        Turn first = talk.say("one", "first");
        Turn second = talk.opened(new Input.Say(user("two")));
        talk.commit(second, TurnState.FAILED, "");
        Turn third = talk.opened(new Input.Say(user("three")));
        assertThat(list(null, PAGE).items()).extracting(Turn::id).containsExactly(third.id(), second.id(), first.id());
        assertThat(list(TurnState.RUNNING, PAGE).items()).extracting(Turn::id).containsExactly(third.id());
        assertThat(list(TurnState.FAILED, PAGE).items()).extracting(Turn::id).containsExactly(second.id());
    }

    @Test
    void a_list_of_turns_can_be_walked_both_ways() {
        List<TurnId> ids = IntStream.range(0, 5).mapToObj(i -> talk.say("q" + i, "a").id()).toList().reversed();
        Page<Turn> first = list(null, new PageRequest(null, null, 2));
        assertThat(first.items()).extracting(Turn::id).isEqualTo(ids.subList(0, 2));
        assertThat(first.before()).isNull();
        Page<Turn> second = list(null, new PageRequest(null, first.after(), 2));
        assertThat(second.items()).extracting(Turn::id).isEqualTo(ids.subList(2, 4));
        Page<Turn> last = list(null, new PageRequest(null, second.after(), 2));
        assertThat(last.items()).extracting(Turn::id).isEqualTo(ids.subList(4, 5));
        assertThat(last.after()).isNull();
        Page<Turn> back = list(null, new PageRequest(second.before(), null, 2));
        assertThat(back.items()).extracting(Turn::id).isEqualTo(ids.subList(0, 2));
        assertThat(back.before()).isNull();
        assertThat(back.after()).isEqualTo(first.after());
    }

    private Page<Turn> list(TurnState state, PageRequest page) {
        return await(turns().list(Owner.LOCAL, talk.session(), state, page));
    }

    @Test
    void importing_an_answer_does_not_confuse_answering_again() {
        await(sessions().append(Owner.LOCAL, talk.session(), List.of(user("one"), assistant("a"), assistant("b")), null));
        talk.again("c");
        assertThat(talk.history()).extracting(message -> text(message)).containsExactly("one", "c");
    }
}

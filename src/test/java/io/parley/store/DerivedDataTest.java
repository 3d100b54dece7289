package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.context.ContextState;
import io.parley.context.ContextState.Cut;
import io.parley.context.QuantisedVector;
import io.parley.context.Segment;
import io.parley.context.SentPrefix;
import io.parley.context.SummaryStore.Source;
import io.parley.context.TurnVectors;
import io.parley.context.VectorIndex.Hit;
import io.parley.context.VectorStore.Part;
import io.parley.context.VectorStore.Todo;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.CommitTurn;
import io.parley.turn.Opening.Opened;
import io.parley.turn.Target;
import io.parley.turn.TurnStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made from messages lives and dies with them: states of contexts, summaries, vectors. */
class DerivedDataTest extends WithRedis {
    private static final Usage USED = new Usage(100, 80, 5, 20, 0, false);
    private static final Cost COST = new Cost(new BigDecimal("0.0005"), "USD");
    private Talk talk;

    @BeforeEach
    void begin() {
        talk = Talk.begin(stores.sessions(), stores.turns());
    }

    // The state of the context

    @Test
    void a_state_is_found_by_the_next_opening_as_it_was_committed() {
        ContextState state = state(1, 0);
        commit(state, new ReadPlan(1, 20, 500));
        Opened next = talk.open(new Input.Say(Talk.user("two")));
        assertThat(next.context().state()).isEqualTo(state);
        assertThat(next.read()).isEqualTo(new ReadPlan(1, 20, 500));
        assertThat(next.context().summaries()).isEmpty();
    }

    @Test
    void a_cut_holds_in_place_of_a_number_of_messages_while_it_is_part_of_the_conversation() {
        talk.say("one", "first");
        talk.say("two", "second");
        commit(state(3, 0), new ReadPlan(3, 2, 0));
        Opened cut = talk.open(new Input.Say(Talk.user("four")));
        assertThat(cut.history()).extracting(Talk::text).containsExactly("two", "second", "input", "reply", "four");
        talk.commit(cut.turn(), TurnState.COMPLETED, "fourth");
        Opened replaced = talk.open(new Input.Instead(new MessageId(3), Talk.user("two again")));
        assertThat(replaced.read().fromSequence()).isZero();
        assertThat(replaced.history()).extracting(Talk::text).containsExactly("first", "two again");
    }

    @Test
    void the_input_of_a_long_exchange_is_read_beside_its_end() {
        talk.say("one", "first");
        talk.say("two", "second");
        commit(state(3, 0), new ReadPlan(6, 3, 0, 900));
        Opened next = talk.open(new Input.Say(Talk.user("four")));
        assertThat(next.read()).isEqualTo(new ReadPlan(6, 3, 0, 900));
        assertThat(next.history()).extracting(Talk::text).containsExactly("two", "reply", "four");
        talk.commit(next.turn(), TurnState.COMPLETED, "fourth");
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(3)), null));
        assertThat(peek(talk.session(), null).read()).isEqualTo(new ReadPlan(6, 0, 0, 900));
    }

    @Test
    void settings_that_change_while_a_turn_runs_are_not_undone_by_its_commit() {
        Turn turn = talk.opened(new Input.Say(Talk.user("one")));
        await(stores.sessions().update(Owner.LOCAL, talk.session(), null, settings -> settings,
                (_, _) -> new ReadPlan(0, 7, 0)));
        await(stores.turns().commit(with(turn, new CommitTurn.Next(new ReadPlan(1, 0, 9), state(1, 0), 0))));
        Opened next = talk.open(new Input.Say(Talk.user("two")));
        assertThat(next.read()).isEqualTo(new ReadPlan(0, 7, 0));
        assertThat(next.context().state()).isEqualTo(ContextState.NEW);
    }

    @Test
    void a_change_of_other_settings_leaves_the_cut() {
        commit(state(1, 0), new ReadPlan(1, 0, 9));
        await(stores.sessions().update(Owner.LOCAL, talk.session(), null, settings -> settings, (_, _) -> null));
        assertThat(talk.open(new Input.Say(Talk.user("two"))).read()).isEqualTo(new ReadPlan(1, 0, 9));
    }

    @Test
    void a_state_that_cannot_be_read_is_none() {
        commit(state(1, 0), new ReadPlan(1, 0, 9));
        for (String broken : List.of("[]", "x", "{\"sent\":[\"M\"]}", "{\"sent\":[\"Q a 1\"]}", "{\"sent\":[\"M a 1\"]}")) {
            server.command("HSET " + Keys.session(talk.session()) + " ctx " + broken);
            assertThat(peek(talk.session(), null).context().state().sent())
                    .isEqualTo(SentPrefix.NOTHING);
        }
    }

    @Test
    void peeking_finds_what_an_opening_would_and_opens_nothing() {
        commit(state(1, 0), new ReadPlan(1, 0, 900));
        TurnStore.Peeked peeked = peek(talk.session(), null);
        assertThat(peeked.history()).extracting(Talk::text).containsExactly("input", "reply");
        assertThat(peeked.read()).isEqualTo(new ReadPlan(1, 0, 900));
        assertThat(peeked.session().runningTurn()).isNull();
        assertThat(peek(talk.session(), new ReadPlan(0, 1, 0)).history()).hasSize(1);
    }

    // Summaries

    @Test
    void a_summary_is_made_by_one_at_a_time_and_found_by_the_next_opening() {
        talk.say("one", "first");
        talk.say("two", "second");
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(2))).orElseThrow();
        assertThat(source.messages()).extracting(Talk::text).containsExactly("one", "first");
        assertThat(source.before()).isNull();
        assertThat(await(stores.summaries().plan(talk.session(), new MessageId(2)))).as("claimed").isEmpty();
        Summary summary = summary(2);
        assertThat(await(stores.summaries().add(talk.session(), new MessageId(2), source, summary, USED, COST))).isTrue();
        assertThat(await(stores.summaries().plan(talk.session(), new MessageId(2)))).as("done").isEmpty();
        assertThat(talk.open(new Input.Say(Talk.user("three"))).context().summaries()).containsExactly(summary);
    }

    @Test
    void the_next_one_goes_on_from_the_one_before_and_both_the_used_and_the_newest_are_found() {
        for (int i = 0; i < 4; i++) {
            talk.say("q" + i, "a" + i);
        }
        make(2);
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(6))).orElseThrow();
        assertThat(source.before()).isEqualTo(summary(2));
        assertThat(source.messages()).extracting(Talk::text).containsExactly("q1", "a1", "q2", "a2");
        await(stores.summaries().add(talk.session(), new MessageId(6), source, summary(6), USED, null));
        commit(state(3, 2), new ReadPlan(3, 0, 900));
        assertThat(talk.open(new Input.Say(Talk.user("x"))).context().summaries()).containsExactly(summary(2), summary(6));
    }

    @Test
    void an_edit_or_removal_up_to_its_end_ends_a_summary_and_has_the_messages_read_again() {
        talk.say("one", "first");
        talk.say("two", "second");
        make(2);
        commit(state(3, 2), new ReadPlan(3, 0, 900));
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(3), null, Talk.user("two, edited")));
        assertThat(peeked()).as("behind its end").containsExactly(summary(2));
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("one, edited")));
        assertThat(peeked()).isEmpty();
        assertThat(peek(talk.session(), null).history()).extracting(Talk::text)
                .startsWith("one, edited");
        make(2);
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(2)), null));
        assertThat(peeked()).isEmpty();
    }

    @Test
    void a_summary_whose_source_changed_meanwhile_is_paid_for_and_thrown_away() {
        talk.say("one", "first");
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(2))).orElseThrow();
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("edited")));
        assertThat(await(stores.summaries().add(talk.session(), new MessageId(2), source, summary(2), USED, COST))).isFalse();
        assertThat(peeked()).isEmpty();
        assertThat(server.command("HINCRBY " + Keys.session(talk.session()) + " xin 0")).isEqualTo(":100");
        assertThat(server.command("HINCRBY " + Keys.session(talk.session()) + " xcost:USD 0")).isEqualTo(":500000000");
    }

    @Test
    void one_that_failed_frees_the_claim_and_counts_what_it_took() {
        talk.say("one", "first");
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(2))).orElseThrow();
        assertThat(await(stores.summaries().add(talk.session(), new MessageId(2), source, null, USED, null))).isFalse();
        assertThat(await(stores.summaries().plan(talk.session(), new MessageId(2)))).isPresent();
        assertThat(peeked()).isEmpty();
    }

    @Test
    void what_a_summary_covers_and_another_branch_replaces_makes_it_wait_for_its_branch() {
        talk.say("one", "first");
        talk.say("two", "second");
        make(4);
        Turn instead = talk.opened(new Input.Instead(new MessageId(3), Talk.user("two again")));
        assertThat(peeked()).isEmpty();
        talk.commit(instead, TurnState.FAILED, "");
        assertThat(peeked()).as("the branch came back").containsExactly(summary(4));
    }

    @Test
    void only_the_newest_are_kept() {
        for (int i = 0; i < 12; i++) {
            talk.say("q" + i, "a" + i);
            make(2 * i + 2L);
        }
        assertThat(server.command("HLEN " + Keys.of(talk.session()).get(6))).isEqualTo(":8");
        assertThat(peeked()).containsExactly(summary(24));
    }

    @Test
    void a_claim_whose_answer_was_lost_is_answered_again_and_is_nobody_elses() {
        talk.say("one", "first");
        talk.say("two", "second");
        assertThat(planned("a1", 2)).isEqualTo("OK");
        assertThat(planned("a1", 2)).as("repeated").isEqualTo("OK");
        assertThat(planned("b2", 2)).isEqualTo("NO");
        assertThat(claimed("a1")).isEqualTo("OK");
        assertThat(claimed("a1")).as("repeated").isEqualTo("OK");
        assertThat(claimed("b2")).isEqualTo("NO");
    }

    @Test
    void an_end_that_is_repeated_is_answered_as_before_and_counts_once() {
        talk.say("one", "first");
        talk.say("two", "second");
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(2))).orElseThrow();
        for (int i = 0; i < 2; i++) {
            assertThat(await(stores.summaries().add(talk.session(), new MessageId(2), source, summary(2), USED, COST)))
                    .isTrue();
        }
        Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        for (int i = 0; i < 2; i++) {
            await(stores.vectors().add(talk.session(), todo, "s", vectors(2), USED, COST));
        }
        assertSpentBeside(200, 1_000_000_000);
    }

    @Test
    void an_end_that_comes_late_or_is_repeated_leaves_the_claim_of_somebody_else() {
        talk.say("one", "first");
        talk.say("two", "second");
        Source late = await(stores.summaries().plan(talk.session(), new MessageId(2))).orElseThrow();
        Todo lateToo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        server.command("HSET " + Keys.session(talk.session()) + " sumBusy 1|" + late.claim() + " vecBusy 1|" + lateToo.claim());
        assertThat(planned("b2", 2)).as("the claim ran out").isEqualTo("OK");
        assertThat(claimed("b2")).isEqualTo("OK");
        await(stores.summaries().add(talk.session(), new MessageId(2), late, null, USED, COST));
        await(stores.vectors().add(talk.session(), lateToo, "s", List.of(), USED, COST));
        assertThat(planned("c3", 2)).isEqualTo("NO");
        assertThat(claimed("c3")).isEqualTo("NO");
        assertSpentBeside(200, 1_000_000_000);
    }

    @Test
    void only_the_last_answers_are_remembered() {
        for (int i = 0; i < 40; i++) {
            await(stores.vectors().spent(talk.session(), USED, COST));
        }
        assertSpentBeside(4_000, 20_000_000_000L);
        assertThat(server.command("HGET " + Keys.session(talk.session()) + " ended")).hasSizeLessThan(500);
    }

    @Test
    void what_a_search_costs_counts_once_beside_the_turns() {
        List<String> arguments = new ArrayList<>(List.of("a1"));
        arguments.addAll(SpendingCodec.arguments(USED, COST));
        for (int i = 0; i < 2; i++) {
            await(stores.gate().run(Script.SPEND, Keys.of(talk.session()), arguments));
        }
        assertSpentBeside(100, 500_000_000);
        SessionId nobody = SessionId.create();
        assertThatThrownBy(() -> await(stores.vectors().spent(nobody, USED, COST))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void a_change_of_what_another_branch_has_replaced_leaves_the_summary_of_this_one() {
        talk.say("one", "first");
        talk.instead(new MessageId(1), "one again", "first again");
        talk.say("two", "second");
        make(4);
        commit(state(5, 4), new ReadPlan(5, 0, 900));
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("one, edited")));
        assertThat(peeked()).containsExactly(summary(4));
        assertThat(peek(talk.session(), null).read().fromSequence()).isEqualTo(5);
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(3), null, Talk.user("once more")));
        assertThat(peeked()).isEmpty();
    }

    @Test
    void a_summary_counts_with_its_branch_and_a_choice_has_the_history_read_anew() {
        talk.say("one", "first");
        talk.say("two", "second");
        make(4);
        commit(state(5, 4), new ReadPlan(5, 0, 900));
        Turn other = talk.instead(new MessageId(3), "two again", "second again");
        make(2);
        assertThat(peeked()).containsExactly(summary(2));
        choose(4);
        assertThat(peeked()).containsExactly(summary(4));
        assertThat(peek(talk.session(), null).history()).extracting(Talk::text).startsWith("one", "first", "two", "second");
        choose(other.reply().sequence());
        assertThat(peeked()).containsExactly(summary(2));
    }

    // Vectors

    @Test
    void an_exchange_that_was_chosen_is_embedded_and_the_other_branchs_is_not_found() {
        talk.say("q0", "a0");
        talk.again("a0 again");
        talk.say("q1", "a1");
        add(todo().orElseThrow(), 3);
        choose(2);
        talk.say("q2", "a2");
        assertThat(await(stores.vectors().pick(talk.session(), List.of(new Hit(1, 3, 0.9))))).isEmpty();
        Todo chosen = todo().orElseThrow();
        assertThat(chosen.messages()).extracting(Talk::text).containsExactly("q0", "a0");
        add(chosen, 2);
        choose(3);
        assertThat(todo()).as("embedded before").isEmpty();
        assertThat(await(stores.vectors().pick(talk.session(), List.of(new Hit(1, 3, 0.9), new Hit(1, 2, 0.8)))))
                .extracting(Talk::text).containsExactly("q0", "a0 again");
    }

    @Test
    void what_was_changed_while_its_branch_did_not_count_is_embedded_again() {
        talk.say("q0", "a0");
        talk.again("a0 again");
        talk.say("q1", "a1");
        embed(3);
        choose(2);
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("edited")));
        choose(5);
        assertThat(todo().orElseThrow().messages()).extracting(Talk::text).containsExactly("edited", "a0 again");
    }

    @Test
    void what_is_embedded_while_another_version_is_chosen_is_embedded_again() {
        talk.say("q0", "a0");
        talk.again("a0 again");
        talk.say("q1", "a1");
        Todo begun = todo().orElseThrow();
        choose(2);
        talk.say("q2", "a2");
        add(begun, 3);
        assertThat(todo().orElseThrow().messages()).extracting(Talk::text).containsExactly("q0", "a0");
    }

    @Test
    void every_exchange_but_the_newest_is_embedded_once() {
        for (int i = 0; i < 3; i++) {
            talk.say("q" + i, "a" + i);
        }
        Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(todo.messages()).extracting(Talk::text).containsExactly("q0", "a0", "q1", "a1");
        assertThat(todo.through()).isEqualTo(4);
        assertThat(await(stores.vectors().todo(talk.session(), "s"))).as("claimed").isEmpty();
        add(todo, 2, 4);
        assertThat(await(stores.vectors().todo(talk.session(), "s"))).as("done").isEmpty();
        talk.say("q3", "a3");
        assertThat(await(stores.vectors().todo(talk.session(), "s")).orElseThrow().messages()).extracting(Talk::text)
                .containsExactly("q2", "a2");
    }

    @Test
    void a_reader_goes_on_where_it_was_and_begins_anew_after_an_edit() {
        for (int i = 0; i < 4; i++) {
            talk.say("q" + i, "a" + i);
        }
        embed(2, 4, 6);
        Part all = await(stores.vectors().read(talk.session(), "s", 0, null));
        assertThat(all.vectors()).extracting(TurnVectors::last).containsExactly(2L, 4L, 6L);
        assertThat(await(stores.vectors().read(talk.session(), "s", all.through(), all.edits())).vectors()).isEmpty();
        talk.say("q4", "a4");
        embed(8);
        Part more = await(stores.vectors().read(talk.session(), "s", all.through(), all.edits()));
        assertThat(more.vectors()).extracting(TurnVectors::last).containsExactly(8L);
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(3), null, Talk.user("edited")));
        Part anew = await(stores.vectors().read(talk.session(), "s", more.through(), more.edits()));
        assertThat(anew.edits()).isNotEqualTo(more.edits());
        assertThat(anew.vectors()).extracting(TurnVectors::last).containsExactly(2L, 6L, 8L);
        Todo again = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(again.messages()).extracting(Talk::text).containsExactly("edited", "a1");
        add(again, 4);
        assertThat(await(stores.vectors().read(talk.session(), "s", anew.through(), anew.edits())).vectors())
                .extracting(TurnVectors::last).containsExactly(2L, 4L, 6L, 8L);
    }

    @Test
    void vectors_of_another_model_are_made_anew() {
        talk.say("q0", "a0");
        talk.say("q1", "a1");
        embed(2);
        assertThat(await(stores.vectors().read(talk.session(), "other", 0, null)).vectors()).isEmpty();
        assertThat(await(stores.vectors().todo(talk.session(), "other"))).isPresent();
        assertThat(await(stores.vectors().read(talk.session(), "s", 0, null)).vectors()).isEmpty();
    }

    @Test
    void what_was_changed_while_it_was_embedded_is_embedded_again() {
        talk.say("q0", "a0");
        talk.say("q1", "a1");
        Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("edited")));
        add(todo, 2);
        assertThat(await(stores.vectors().read(talk.session(), "s", 0, null)).vectors()).isEmpty();
        assertThat(await(stores.vectors().todo(talk.session(), "s")).orElseThrow().messages()).extracting(Talk::text)
                .containsExactly("edited", "a0");
    }

    @Test
    void only_what_is_part_of_the_conversation_is_picked() {
        talk.say("q0", "a0");
        talk.say("q1", "a1");
        talk.instead(new MessageId(3), "q1 again", "a1 again");
        assertThat(await(stores.vectors().pick(talk.session(), List.of(new Hit(1, 2, 0.9), new Hit(3, 4, 0.8)))))
                .extracting(Talk::text).containsExactly("q0", "a0");
    }

    @Test
    void of_a_very_long_exchange_the_beginning_is_embedded() {
        importAll(exchange(450));
        importAll(exchange(2));
        talk.say("q", "a");
        Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(todo.messages()).hasSize(200);
        assertThat(todo.through()).isEqualTo(200);
        assertThat(todo.more()).isTrue();
        add(todo, 200);
        todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(todo.messages()).extracting(message -> message.id().sequence()).containsExactly(451L, 452L);
        assertThat(todo.more()).isFalse();
        add(todo, 452);
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(440), null, Talk.assistant("edited")));
        assertThat(await(stores.vectors().todo(talk.session(), "s"))).as("not embedded before either").isEmpty();
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(150), null, Talk.assistant("edited")));
        todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(todo.messages()).extracting(message -> message.id().sequence()).startsWith(1L).endsWith(200L);
    }

    @Test
    void of_an_exchange_of_many_bytes_no_more_is_read_than_fits() {
        List<NewMessage> large = new ArrayList<>(List.of(Talk.user("q")));
        large.addAll(Collections.nCopies(5, Talk.assistant("x".repeat(700_000))));
        importAll(large);
        talk.say("q", "a");
        Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
        assertThat(todo.messages()).hasSize(4);
        assertThat(todo.more()).isTrue();
    }

    @Test
    void a_session_without_a_user_message_is_looked_through_bit_by_bit() {
        for (int i = 0; i < 5; i++) {
            importAll(Collections.nCopies(500, Talk.assistant("a")));
        }
        for (long through = 1000; through <= 2000; through += 1000) {
            Todo todo = await(stores.vectors().todo(talk.session(), "s")).orElseThrow();
            assertThat(todo).isEqualTo(new Todo(todo.edits(), through, true, List.of(), ""));
        }
        assertThat(await(stores.vectors().todo(talk.session(), "s"))).isEmpty();
    }

    @Test
    void a_stretch_that_has_vectors_already_is_passed_over() {
        List<NewMessage> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.addAll(exchange(2));
        }
        importAll(many);
        talk.say("q", "a");
        for (Optional<Todo> todo = todo(); todo.isPresent(); todo = todo()) {
            add(todo.get(), todo.get().messages().stream().mapToLong(message -> message.id().sequence())
                    .filter(n -> n % 2 == 0).toArray());
        }
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, Talk.user("edited")));
        Todo edited = todo().orElseThrow();
        assertThat(edited.messages()).extracting(message -> message.id().sequence()).containsExactly(1L, 2L);
        add(edited, 2);
        while (todo().isPresent()) {
            assertThat(todo().map(Todo::messages).orElse(List.of())).isEmpty();
        }
        talk.say("q", "a");
        assertThat(todo().orElseThrow().messages()).extracting(message -> message.id().sequence())
                .containsExactly(1201L, 1202L);
    }

    @Test
    void a_release_without_vectors_lets_the_next_one_go_on_where_it_was() {
        talk.say("q0", "a0");
        talk.say("q1", "a1");
        talk.say("q2", "a2");
        Todo todo = todo().orElseThrow();
        Todo begun = new Todo(todo.edits(), 2, todo.more(), todo.messages(), todo.claim());
        add(begun, 2);
        todo = todo().orElseThrow();
        assertThat(todo.messages()).extracting(Talk::text).containsExactly("q1", "a1");
        add(new Todo(todo.edits(), 0, todo.more(), todo.messages(), todo.claim()));
        assertThat(todo().orElseThrow().messages()).extracting(Talk::text).containsExactly("q1", "a1");
    }

    @Test
    void an_edit_has_the_live_exchange_embedded_again_whatever_stands_between_its_messages() {
        talk.say("q0", "a0");
        Turn failed = talk.opened(new Input.Instead(new MessageId(1), Talk.user("lost")));
        talk.commit(failed, TurnState.FAILED, "");
        importAll(List.of(Talk.assistant("a0, continued")));
        talk.say("q1", "a1");
        Todo todo = todo().orElseThrow();
        assertThat(todo.messages()).extracting(Talk::text).containsExactly("q0", "a0", "a0, continued");
        long last = todo.messages().getLast().id().sequence();
        add(todo, last);
        await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(last), null, Talk.assistant("edited")));
        assertThat(todo().orElseThrow().messages()).extracting(Talk::text).containsExactly("q0", "a0", "edited");
    }

    // Both

    @Test
    void the_exchange_in_which_a_fork_was_made_is_embedded_as_it_goes_on() {
        for (int i = 0; i < 3; i++) {
            talk.say("q" + i, "a" + i);
        }
        embed(2, 4);
        Session fork = await(stores.sessions().fork(Owner.LOCAL, talk.session(), new MessageId(3),
                talk.session().createFork(), null)).value();
        Talk branch = talk.in(fork.id());
        branch.again("another");
        branch.say("q2", "a2");
        assertThat(await(stores.vectors().todo(fork.id(), "s")).orElseThrow().messages()).extracting(Talk::text)
                .containsExactly("q1", "another");
    }

    @Test
    void a_fork_takes_along_what_was_made_from_its_messages_and_nothing_else() {
        for (int i = 0; i < 4; i++) {
            talk.say("q" + i, "a" + i);
        }
        make(2);
        make(6);
        embed(2, 4, 6);
        commit(state(3, 2), new ReadPlan(3, 0, 900));
        Session fork = await(stores.sessions().fork(Owner.LOCAL, talk.session(), new MessageId(4),
                talk.session().createFork(), null)).value();
        TurnStore.Peeked peeked = peek(fork.id(), null);
        assertThat(peeked.context().summaries()).containsExactly(summary(2));
        assertThat(peeked.context().state().summary()).isEqualTo(2);
        assertThat(peeked.history()).extracting(Talk::text).containsExactly("q1", "a1");
        assertThat(await(stores.vectors().read(fork.id(), "s", 0, null)).vectors()).extracting(TurnVectors::last)
                .containsExactly(2L, 4L);
    }

    @Test
    void erasing_leaves_nothing() {
        talk.say("q0", "a0");
        talk.say("q1", "a1");
        make(2);
        embed(2);
        assertThat(server.command("TTL " + Keys.of(talk.session()).get(6))).doesNotContain("-1");
        assertThat(server.command("TTL " + Keys.of(talk.session()).get(7))).doesNotContain("-1");
        await(stores.sessions().erase(Owner.LOCAL, talk.session(), null));
        assertThat(server.command("EXISTS " + String.join(" ", Keys.of(talk.session())))).isEqualTo(":0");
    }

    private static TurnStore.Peeked peek(SessionId session, ReadPlan plan) {
        return await(stores.turns().peek(Owner.LOCAL, new Target.Existing(session), null, plan));
    }

    private List<Summary> peeked() {
        return peek(talk.session(), null).context().summaries();
    }

    private void choose(long n) {
        await(stores.sessions().choose(Owner.LOCAL, talk.session(), new MessageId(n), null));
    }

    private void make(long through) {
        Source source = await(stores.summaries().plan(talk.session(), new MessageId(through))).orElseThrow();
        assertThat(await(stores.summaries().add(talk.session(), new MessageId(through), source, summary(through), USED, COST)))
                .isTrue();
    }

    private static Summary summary(long through) {
        return new Summary(new MessageId(1), new MessageId(through), "What was said up to " + through + ".",
                new TokenCount(7, "o200k_base"), "m", "src", USED, COST, Instant.ofEpochMilli(1_764_000_000_000L));
    }

    private String planned(String claim, long through) {
        return Answers.status(await(stores.gate().run(Script.SUMMARY_PLAN, Keys.of(talk.session()),
                List.of(Long.toString(through), "60000", "1000000", claim))));
    }

    private String claimed(String claim) {
        return Answers.status(await(stores.gate().run(Script.VECTORS_TODO, Keys.of(talk.session()),
                List.of("s", "60000", "40", "1000000", claim))));
    }

    private void assertSpentBeside(long tokens, long cost) {
        assertThat(server.command("HINCRBY " + Keys.session(talk.session()) + " xin 0")).isEqualTo(":" + tokens);
        assertThat(server.command("HINCRBY " + Keys.session(talk.session()) + " xcost:USD 0")).isEqualTo(":" + cost);
    }

    private void importAll(List<NewMessage> messages) {
        await(stores.sessions().append(Owner.LOCAL, talk.session(), messages, null));
    }

    private static List<NewMessage> exchange(int messages) {
        List<NewMessage> exchange = new ArrayList<>(List.of(Talk.user("q")));
        exchange.addAll(Collections.nCopies(messages - 1, Talk.assistant("a")));
        return exchange;
    }

    private Optional<Todo> todo() {
        return await(stores.vectors().todo(talk.session(), "s"));
    }

    private void embed(long... lasts) {
        add(await(stores.vectors().todo(talk.session(), "s")).orElseThrow(), lasts);
    }

    private void add(Todo todo, long... lasts) {
        await(stores.vectors().add(talk.session(), todo, "s", vectors(lasts), Usage.NONE, null));
    }

    private static List<TurnVectors> vectors(long... lasts) {
        return LongStream.of(lasts).mapToObj(last -> new TurnVectors("s", last - 1, last,
                List.of(QuantisedVector.of(new float[] { last, 1, 0 })))).toList();
    }

    private static ContextState state(long cut, long summary) {
        return new ContextState(new Cut(cut, 0, 9, true), summary, 450.5, 3, "p", "gpt-5",
                Instant.ofEpochMilli(1_764_000_000_000L), null, "",
                new SentPrefix(
                        List.of(new Segment(Segment.Kind.SYSTEM, "abc", 3), new Segment(Segment.Kind.MESSAGE, "1.1.1", 9))));
    }

    /** A turn that remembers this. */
    private void commit(ContextState state, ReadPlan plan) {
        Opened opened = talk.open(new Input.Say(Talk.user("input")));
        await(stores.turns().commit(with(opened.turn(), new CommitTurn.Next(plan, state, opened.context().version()))));
    }

    private static CommitTurn with(Turn turn, CommitTurn.Next next) {
        CommitTurn commit = Talk.end(turn, TurnState.COMPLETED, "reply", List.of());
        return new CommitTurn(commit.turn(), commit.reply(), commit.tokens(), next, commit.events());
    }
}

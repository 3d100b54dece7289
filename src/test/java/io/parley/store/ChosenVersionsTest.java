package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.SessionEvent;
import io.parley.stream.SessionFeedStore;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A version that was left is chosen, and the conversation goes on from it. */
class ChosenVersionsTest extends WithRedis {
    private Talk talk;

    @BeforeEach
    void begin() {
        talk = Talk.begin(stores.sessions(), stores.turns());
    }

    @Test
    void the_first_of_two_answers_is_what_the_next_turn_goes_on_from() {
        Turn first = talk.say("q", "a1");
        talk.again("a2");
        assertThat(choose(first.reply()).meta().superseded()).isFalse();
        assertThat(talk.texts()).containsExactly("q", "a1");
        assertThat(talk.open(new Input.Say(user("next"))).history()).extracting(Talk::text)
                .containsExactly("q", "a1", "next");
    }

    @Test
    void branches_of_several_turns_change_places_to_any_depth() {
        Turn first = talk.say("q1", "a1");
        Turn second = talk.say("q2", "a2");
        talk.say("q3", "a3");
        Turn other = talk.instead(second.userMessage(), "p2", "b2");
        Turn deep = talk.say("p3", "b3");
        talk.again("b3 again");
        choose(deep.reply());
        choose(second.userMessage());
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
        Turn anew = talk.instead(first.userMessage(), "r1", "c1");
        choose(first.userMessage());
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
        choose(other.reply());
        assertThat(talk.texts()).as("the answer that was chosen below, not the newest").containsExactly("q1", "a1", "p2", "b2",
                "p3", "b3");
        choose(anew.reply());
        assertThat(talk.texts()).containsExactly("r1", "c1");
    }

    @Test
    void a_message_inside_a_branch_brings_back_what_stands_before_and_behind_it() {
        Turn first = talk.say("q1", "a1");
        Turn second = talk.say("q2", "a2");
        talk.say("q3", "a3");
        talk.instead(first.userMessage(), "p1", "b1");
        choose(second.reply());
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
    }

    @Test
    void each_message_names_the_one_before_it_and_versions_name_the_same() {
        Turn first = talk.say("q1", "a1");
        Turn second = talk.say("q2", "a2");
        Turn other = talk.instead(second.userMessage(), "p2", "b2");
        assertThat(talk.everything()).extracting(message -> message.meta().parent()).containsExactly(null,
                first.userMessage(), first.reply(), second.userMessage(), first.reply(), other.userMessage());
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(first.reply()), null));
        assertThat(talk.everything()).extracting(message -> message.meta().parent()).containsExactly(null,
                first.userMessage(), second.userMessage(), first.userMessage(), other.userMessage());
        List<Message> added = await(
                stores.sessions().append(Owner.LOCAL, talk.session(), List.of(user("x"), user("y")), Talk.key(1))).value();
        assertThat(added).extracting(message -> message.meta().parent()).containsExactly(other.reply(),
                added.getFirst().id());
        assertThat(await(stores.sessions().append(Owner.LOCAL, talk.session(), List.of(user("x"), user("y")), Talk.key(1)))
                .value()).isEqualTo(added);
        assertThat(await(stores.sessions().edit(Owner.LOCAL, talk.session(), added.getFirst().id(), null, user("z"))).meta()
                .parent()).isEqualTo(other.reply());
        assertThat(await(stores.sessions().message(Owner.LOCAL, talk.session(), second.userMessage())).meta().parent())
                .isEqualTo(first.userMessage());
    }

    @Test
    void what_counts_already_is_answered_and_nothing_changes() {
        Turn first = talk.say("q", "a1");
        Turn second = talk.again("a2");
        long before = await(stores.feeds().follow(Owner.LOCAL, talk.session(), SessionFeedStore.FROM_NOW_ON)).lastId();
        String updated = field("upd");
        choose(second.reply());
        choose(first.userMessage());
        assertThat(field("upd")).isEqualTo(updated);
        assertThat(await(stores.feeds().follow(Owner.LOCAL, talk.session(), before)).events()).isEmpty();
        choose(first.reply());
        assertThat(await(stores.feeds().follow(Owner.LOCAL, talk.session(), before)).events())
                .extracting(SessionEvent.Numbered::event)
                .containsExactly(new SessionEvent.MessageChanged(first.reply(), SessionEvent.Change.CHOSEN));
        assertThat(choose(first.reply())).isEqualTo(choose(first.reply()));
    }

    @Test
    void nothing_is_chosen_while_a_turn_runs_or_by_somebody_else_or_of_what_is_not_there() {
        Turn first = talk.say("q", "a1");
        Turn second = talk.again("a2");
        assertRefused(FailureCode.STALE_VERSION, talk.session(), Owner.LOCAL, first.reply(), 7L);
        assertRefused(FailureCode.SESSION_NOT_FOUND, talk.session(), new Owner("eve"), first.reply(), null);
        assertRefused(FailureCode.SESSION_NOT_FOUND, SessionId.create(), Owner.LOCAL, first.reply(), null);
        assertRefused(FailureCode.MESSAGE_NOT_FOUND, talk.session(), Owner.LOCAL, new MessageId(99), null);
        Turn running = talk.opened(new Input.Say(user("more")));
        assertRefused(FailureCode.TURN_RUNNING, talk.session(), Owner.LOCAL, first.reply(), null);
        talk.commit(running, TurnState.COMPLETED, "b");
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(first.reply()), null));
        assertRefused(FailureCode.MESSAGE_NOT_FOUND, talk.session(), Owner.LOCAL, first.reply(), null);
        assertThat(talk.texts()).containsExactly("q", "a2", "more", "b");
        assertThat(choose(second.reply()).meta().superseded()).isFalse();
    }

    @Test
    void an_edit_that_failed_can_be_chosen_and_answered_but_comes_back_by_itself_no_more() {
        Turn first = talk.say("q1", "a1");
        Turn other = talk.instead(first.userMessage(), "p1", "b1");
        Turn failed = talk.opened(new Input.Instead(other.userMessage(), user("r1")));
        talk.commit(failed, TurnState.FAILED, "");
        choose(first.reply());
        talk.again("a1 again");
        assertThat(talk.texts()).containsExactly("q1", "a1 again");
        choose(failed.userMessage());
        assertThat(talk.texts()).containsExactly("r1");
        talk.again("c1");
        assertThat(talk.texts()).containsExactly("r1", "c1");
    }

    @Test
    void an_edit_that_is_answered_late_counts_last_though_a_fork_was_made_in_between() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        fail(new Input.Instead(second.userMessage(), user("p1")), null);
        fork(talk, first.reply());
        talk.again("b1");
        assertComesBack(first, "q0", "a0", "p1", "b1");
    }

    @Test
    void an_edit_that_is_answered_late_counts_last_though_its_request_was_repeated_after_several_forks() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        talk.again("a1 again");
        Input edit = new Input.Instead(second.userMessage(), user("p1"));
        fail(edit, Talk.key(1));
        fork(talk, second.userMessage());
        fork(talk, first.userMessage());
        Turn revived = ((Opening.Opened) talk.open(edit, Talk.key(1))).turn();
        fork(talk, second.reply());
        talk.commit(revived, TurnState.COMPLETED, "b1");
        assertComesBack(first, "q0", "a0", "p1", "b1");
    }

    @Test
    void an_edit_that_is_answered_late_counts_later_than_messages_that_came_and_went_before() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        fail(new Input.Instead(second.userMessage(), user("p1")), null);
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(second.userMessage(), second.reply()), null));
        List<Message> added = await(stores.sessions().append(Owner.LOCAL, talk.session(), List.of(user("x")), null)).value();
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(added.getFirst().id()), null));
        talk.again("b1");
        assertComesBack(first, "q0", "a0", "p1", "b1");
    }

    @Test
    void an_edit_that_was_never_answered_never_counts() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        fail(new Input.Instead(second.userMessage(), user("p1")), null);
        fork(talk, first.reply());
        fail(new Input.Again(), null);
        assertComesBack(first, "q0", "a0", "q1", "a1");
    }

    @Test
    void a_fork_that_is_made_while_an_edit_is_answered_late_knows_that_the_edit_counts_last() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        fail(new Input.Instead(second.userMessage(), user("p1")), null);
        fork(talk, first.reply());
        Turn revived = talk.opened(new Input.Again());
        talk = fork(talk, revived.userMessage());
        assertComesBack(first, "q0", "a0", "p1");
    }

    /** An old process gives the place of an undone turn among the turns to the next turn, and says so nowhere. */
    @Test
    void an_edit_that_failed_never_counts_though_an_old_process_has_undone_an_opening_before() {
        Turn first = talk.say("q0", "a0");
        Turn second = talk.say("q1", "a1");
        Turn lost = talk.opened(new Input.Say(user("lost")));
        talk.commit(lost, TurnState.FAILED, "");
        fork(talk, first.reply());
        forget(lost);
        fail(new Input.Instead(second.userMessage(), user("p1")), null);
        assertComesBack(first, "q0", "a0", "q1", "a1");
    }

    /** Does what a process of an earlier version does when it undoes the newest turn. */
    private void forget(Turn turn) {
        String key = Keys.session(turn.session());
        await(stores.gate().send(Command.HDEL, List.of(key + ":m", Long.toString(turn.userMessage().sequence()))));
        await(stores.gate().send(Command.HDEL, List.of(key + ":t", turn.id().value(), "#" + field("turns"))));
        await(stores.gate().send(Command.HINCRBY, List.of(key, "turns", "-1")));
        await(stores.gate().send(Command.HINCRBY, List.of(key, "n", "-1")));
    }

    private void fail(Input input, IdempotencyKey key) {
        talk.commit(((Opening.Opened) talk.open(input, key)).turn(), TurnState.FAILED, "");
    }

    @CanIgnoreReturnValue
    private static Talk fork(Talk source, MessageId through) {
        return source
                .in(await(stores.sessions().fork(Owner.LOCAL, source.session(), through, source.session().createFork(), null))
                        .value().id());
    }

    /** Leaves the whole conversation by an edit of its first question and comes back by a choice of this question. */
    private void assertComesBack(Turn first, String... texts) {
        talk.instead(first.userMessage(), "left", "left");
        choose(first.userMessage());
        assertThat(talk.texts()).containsExactly(texts);
    }

    @Test
    void an_answer_that_is_asked_for_again_by_a_repeated_request_replaces_nothing_that_was_chosen_or_said_meanwhile() {
        Turn first = talk.say("q", "a1");
        talk.again("a2");
        fail(new Input.Again(), Talk.key(1));
        choose(first.reply());
        assertThat(talk.open(new Input.Again(), Talk.key(1))).isInstanceOf(Opening.Known.class);
        assertThat(talk.texts()).containsExactly("q", "a1");

        fail(new Input.Again(), Talk.key(2));
        talk.say("on", "and on");
        assertThat(talk.open(new Input.Again(), Talk.key(2))).isInstanceOf(Opening.Known.class);
        fail(new Input.Again(), Talk.key(3));
        talk.again("and on again");
        assertThat(talk.open(new Input.Again(), Talk.key(3))).isInstanceOf(Opening.Known.class);
        assertThat(talk.texts()).containsExactly("q", "a1", "on", "and on again");
    }

    @Test
    void an_answer_that_is_asked_for_again_by_a_repeated_request_is_one_to_the_same_question() {
        Turn first = talk.say("q", "a1");
        fail(new Input.Again(), Talk.key(1));
        fail(new Input.Instead(first.userMessage(), user("p")), null);
        Turn repeated = ((Opening.Opened) talk.open(new Input.Again(), Talk.key(1))).turn();
        talk.commit(repeated, TurnState.COMPLETED, "a2");
        assertThat(talk.texts()).containsExactly("q", "a2");
    }

    @Test
    void an_opening_that_is_undone_late_takes_nothing_from_what_was_chosen() {
        Turn first = talk.say("q1", "a1");
        OpenTurn request = talk.request(new Input.Instead(first.userMessage(), user("p1")), null);
        Turn lost = ((Opening.Opened) await(stores.turns().open(request))).turn();
        talk.commit(lost, TurnState.FAILED, "");
        choose(lost.userMessage());
        await(stores.turns().undo(request));
        assertThat(talk.texts()).containsExactly("p1");
        choose(first.userMessage());
        assertThat(talk.texts()).containsExactly("q1", "a1");
    }

    @Test
    void a_branch_comes_back_through_messages_that_were_removed() {
        Turn first = talk.say("q1", "a1");
        Turn second = talk.say("q2", "a2");
        talk.instead(first.userMessage(), "p1", "b1");
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(second.userMessage()), null));
        choose(first.userMessage());
        assertThat(talk.texts()).containsExactly("q1", "a1", "a2");
        assertThat(await(stores.sessions().find(Owner.LOCAL, talk.session())).totals().messages()).isEqualTo(3);
    }

    @Test
    void a_version_of_a_removed_question_counts_last_once_it_was_chosen() {
        Turn first = talk.say("q1", "a1");
        Turn second = talk.say("q2", "a2");
        Turn again = talk.again("a2 again");
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(second.userMessage(), again.reply()), null));
        talk.say("q3", "a3");
        choose(second.reply());
        assertThat(talk.texts()).containsExactly("q1", "a1", "a2");
        talk.instead(first.userMessage(), "p1", "b1");
        choose(first.userMessage());
        assertThat(talk.texts()).containsExactly("q1", "a1", "a2");
    }

    @Test
    void a_fork_of_a_part_knows_which_versions_counted_last() {
        Turn first = talk.say("q1", "a1");
        Turn again = talk.again("a1 again");
        talk.again("a1 once more");
        choose(again.reply());
        Turn other = talk.instead(first.userMessage(), "p1", "b1");
        talk.say("p2", "b2");
        Talk fork = fork(talk, other.reply());
        assertThat(fork.texts()).containsExactly("p1", "b1");
        await(stores.sessions().choose(Owner.LOCAL, fork.session(), first.userMessage(), null));
        assertThat(fork.texts()).containsExactly("q1", "a1 again");
    }

    @Test
    void a_choice_costs_what_was_said_since_the_last_one_and_what_changes() {
        for (int i = 0; i < 20; i++) {
            await(stores.sessions().append(Owner.LOCAL, talk.session(), Collections.nCopies(100, user("x")), null));
        }
        Turn first = talk.say("q", "a1");
        Turn second = talk.again("a2");
        choose(first.reply());
        long before = commands();
        choose(second.reply());
        assertThat(commands() - before).isLessThan(150);
    }

    @Test
    void a_page_passes_removed_messages_once() {
        List<MessageId> removed = new ArrayList<>(await(stores.sessions()
                .append(Owner.LOCAL, talk.session(), Collections.nCopies(900, user("x")), null)).value().stream()
                .map(Message::id).toList());
        Turn turn = talk.say("q", "a");
        for (int i = 0; i < 30; i++) {
            talk.again("a" + i);
        }
        removed.add(turn.userMessage());
        await(stores.sessions().remove(Owner.LOCAL, talk.session(), removed.subList(1, removed.size()), null));
        long before = commands();
        assertThat(talk.everything()).hasSize(32).extracting(message -> message.meta().parent())
                .containsOnly(null, removed.getFirst());
        assertThat(commands() - before).isLessThan(120);
        before = commands();
        assertThat(await(stores.sessions().message(Owner.LOCAL, talk.session(), turn.reply())).meta().parent())
                .isEqualTo(removed.getFirst());
        assertThat(commands() - before).isLessThan(60);
    }

    /** Commands that Redis has run, those of scripts included. */
    private static long commands() {
        return server.info("commandstats").lines().filter(line -> line.startsWith("cmdstat_"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1"))).sum();
    }

    /** Written before versions could be chosen; the file is never changed. */
    @Test
    void a_session_of_an_earlier_version_is_read_and_its_versions_can_be_chosen() throws IOException {
        load(talk.session(), "/store/v1/session.json");
        assertThat(talk.texts()).containsExactly("q1 edited", "b1", "q4", "b4");
        List<Message> all = talk.everything();
        choose(numbered(all, "q1"));
        assertThat(talk.texts()).containsExactly("q1", "a1 again", "q2 edited", "a2 edited", "q3");
        choose(numbered(all, "q2"));
        assertThat(talk.texts()).containsExactly("q1", "a1 again", "q2", "a2");
        choose(numbered(all, "a1"));
        talk.say("on", "and on");
        assertThat(talk.texts()).containsExactly("q1", "a1", "on", "and on");
        choose(numbered(all, "q2 failed"));
        assertThat(talk.texts()).containsExactly("q1", "a1 again", "q2 failed");
        choose(numbered(all, "b1"));
        assertThat(talk.texts()).containsExactly("q1 edited", "b1", "q4", "b4");
    }

    /** Made before versions could be chosen: a fork without the turns of its source. The file is never changed. */
    @Test
    void a_failed_edit_in_a_fork_of_an_earlier_version_never_counts_until_it_is_chosen() throws IOException {
        load(talk.session(), "/store/v1/fork.json");
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3 edited", "b3", "q4", "imported");
        List<Message> all = talk.everything();
        talk.instead(numbered(all, "q1"), "left", "left");
        choose(numbered(all, "q1"));
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3 edited", "b3", "q4", "imported");
        choose(numbered(all, "q3"));
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2", "a2", "q3", "a3");
        choose(numbered(all, "q2 failed"));
        talk.instead(numbered(all, "q1"), "left", "left");
        choose(numbered(all, "q1"));
        assertThat(talk.texts()).containsExactly("q1", "a1", "q2 failed");
    }

    @Test
    void a_message_that_was_added_without_an_answer_comes_back() {
        Turn first = talk.say("q1", "a1");
        Turn failed = talk.opened(new Input.Say(user("q2")));
        talk.commit(failed, TurnState.FAILED, "");
        await(stores.sessions().append(Owner.LOCAL, talk.session(), List.of(user("x")), null));
        assertComesBack(first, "q1", "a1", "q2", "x");
    }

    private static MessageId numbered(List<Message> all, String text) {
        return all.stream().filter(message -> Talk.text(message).equals(text)).findFirst().orElseThrow().id();
    }

    private static void load(SessionId session, String name) throws IOException {
        try (InputStream in = ChosenVersionsTest.class.getResourceAsStream(name)) {
            ObjectNode parts = Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            parts.properties().forEach(part -> load(Keys.session(session) + part.getKey(), part.getValue()));
        }
    }

    private static void load(String key, JsonNode fields) {
        boolean ranges = key.endsWith(":x");
        List<String> arguments = new ArrayList<>(List.of(key));
        fields.properties().forEach(field -> arguments.addAll(ranges
                ? List.of(field.getKey().replaceAll(".*-", ""), field.getKey())
                : List.of(field.getKey(), field.getValue().asText())));
        if (!fields.isEmpty()) {
            await(stores.gate().send(ranges ? Command.ZADD : Command.HSET, arguments));
        }
    }

    private String field(String name) {
        return String.valueOf(await(stores.gate().send(Command.HGET, List.of(Keys.session(talk.session()), name))));
    }

    @CanIgnoreReturnValue
    private Message choose(MessageId message) {
        return await(stores.sessions().choose(Owner.LOCAL, talk.session(), message, null));
    }

    private static void assertRefused(FailureCode code, SessionId session, Owner owner, MessageId message, Long version) {
        assertThatThrownBy(() -> await(stores.sessions().choose(owner, session, message, version)))
                .isInstanceOfSatisfying(Failure.class, failure -> assertThat(failure.code()).isEqualTo(code));
    }
}

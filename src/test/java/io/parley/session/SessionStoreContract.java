package io.parley.session;

import static io.parley.testing.Talk.PLAIN;
import static io.parley.testing.Talk.assistant;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.key;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FoundSession;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.SearchHit;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.ToolDefinition;
import io.parley.conversation.TurnState;
import io.parley.session.SessionStore.Stored;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store of sessions does. */
public abstract class SessionStoreContract {
    private static final PageRequest PAGE = new PageRequest(null, null, 50);
    /** Each test has an owner of its own. */
    protected Owner owner;
    protected SessionId id;

    protected abstract SessionStore sessions();

    protected abstract TurnStore turns();

    @BeforeEach
    void begin() {
        owner = new Owner("owner " + SessionId.create() + " *{}:\n");
        id = create(PLAIN).id();
    }

    private Session create(SessionSettings settings) {
        return await(sessions().create(SessionId.create(), owner, settings, ReadPlan.EVERYTHING, null)).value();
    }

    private static SessionSettings titled(String title) {
        return new SessionSettings(title, PLAIN.model(), PLAIN.fallbacks(), PLAIN.systemPrompt(), PLAIN.facts(),
                PLAIN.context(), PLAIN.generation(), PLAIN.ifRunning(), PLAIN.onDisconnect(), PLAIN.onCrash(),
                PLAIN.retention(), PLAIN.metadata());
    }

    @Test
    void settings_come_back_as_they_were_given() {
        SessionSettings full = new SessionSettings("Tïtle \uD83D\uDE00 \u2028 \uD800", "gpt", List.of("a", "b"), "Be kind.",
                List.of("likes\ttea", ""),
                List.of(new ContextSpec("token-budget", Map.of("maxTokens", 8000, "trimTo", 0.5, "exact", true, "by", "x"))),
                new Generation(5, 0.25, List.of("\n"), List.of(new ToolDefinition("t", null, new RawJson("{ \"a\" : 1.0 }")))),
                IfRunning.WAIT, OnDisconnect.CANCEL, OnCrash.RESTART, null, new RawJson("{\"b\":1, \"a\":2}"));
        Session created = create(full);
        assertThat(await(sessions().find(owner, created.id()))).isEqualTo(created);
        assertThat(created.settings()).isEqualTo(full);
        assertThat(created.version()).isEqualTo(1);
        assertThat(created.totals()).isEqualTo(HistoryTotals.NONE);
    }

    @Test
    void creating_twice_under_one_key_gives_one_session() {
        Stored<Session> first = await(sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, key(7)));
        Stored<Session> second = await(sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, key(7)));
        assertThat(first.repeated()).isFalse();
        assertThat(second.repeated()).isTrue();
        assertThat(second.value()).isEqualTo(first.value());
        IdempotencyKey misused = new IdempotencyKey(key(7).key(), key(8).fingerprint());
        assertThatThrownBy(() -> await(sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, misused)))
                .isInstanceOf(Failure.Invalid.class);
    }

    @Test
    void another_owners_session_is_not_there() {
        Owner other = new Owner("other");
        assertThatThrownBy(() -> await(sessions().find(other, id))).isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().erase(other, id, null))).isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().messages(other, id, false, PAGE))).isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().append(other, id, List.of(user("x")), null)))
                .isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().fork(other, id, new MessageId(1), id.createFork(), null)))
                .isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void settings_change_with_a_new_version_and_only_on_the_expected_one() {
        Session changed = await(sessions().update(owner, id, 1L, _ -> titled("new"), (_, _) -> ReadPlan.EVERYTHING));
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.settings().title()).isEqualTo("new");
        assertThatThrownBy(() -> await(sessions().update(owner, id, 1L, _ -> titled("x"), (_, _) -> ReadPlan.EVERYTHING)))
                .isInstanceOfSatisfying(Failure.Conflict.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.STALE_VERSION));
        assertThatThrownBy(() -> await(sessions().erase(owner, id, 1L))).isInstanceOf(Failure.Conflict.class);
    }

    @Test
    void changes_at_the_same_time_all_count() {
        List<Uni<Session>> changes = IntStream.range(0, 4)
                .mapToObj(i -> sessions().update(owner, id, null, settings -> titled(settings.title() + i),
                        (_, _) -> ReadPlan.EVERYTHING))
                .toList();
        await(Uni.join().all(changes).andFailFast());
        assertThat(await(sessions().find(owner, id)).settings().title()).hasSize(4).contains("0", "1", "2", "3");
    }

    @Test
    void an_erased_session_is_gone_from_everywhere() {
        await(sessions().erase(owner, id, null));
        assertThatThrownBy(() -> await(sessions().find(owner, id))).isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().erase(owner, id, null))).isInstanceOf(Failure.NotFound.class);
        assertThat(await(sessions().list(owner, PAGE)).items()).isEmpty();
    }

    // Messages

    @Test
    void messages_are_appended_all_or_none_and_once_for_each_key() {
        Stored<List<Message>> first = append(key(1), user("one"), assistant("two"));
        Stored<List<Message>> second = append(key(1), user("one"), assistant("two"));
        assertThat(second.repeated()).isTrue();
        assertThat(second.value()).isEqualTo(first.value());
        assertThat(texts(false, PAGE)).containsExactly("one", "two");
        assertThat(await(sessions().find(owner, id)).totals()).isEqualTo(new HistoryTotals(2, 6));
    }

    @CanIgnoreReturnValue
    private Stored<List<Message>> append(IdempotencyKey key, NewMessage... messages) {
        return await(sessions().append(owner, id, List.of(messages), key));
    }

    @Test
    void repeating_an_append_answers_with_what_is_left_of_it() {
        append(key(1), user("one"), assistant("two"));
        await(sessions().remove(owner, id, List.of(new MessageId(1)), null));
        assertThat(append(key(1), user("one"), assistant("two")).value()).extracting(Talk::text).containsExactly("two");
        await(sessions().remove(owner, id, List.of(new MessageId(2)), null));
        assertThatThrownBy(() -> append(key(1), user("one"), assistant("two"))).isInstanceOfSatisfying(Failure.NotFound.class,
                failure -> assertThat(failure.code()).isEqualTo(FailureCode.MESSAGE_NOT_FOUND));
    }

    private List<String> texts(boolean superseded, PageRequest page) {
        return await(sessions().messages(owner, id, superseded, page)).items().stream().map(Talk::text).toList();
    }

    @Test
    void a_page_without_a_cursor_is_the_newest_and_both_ways_lead_on() {
        append(null, IntStream.rangeClosed(1, 5).mapToObj(i -> user("m" + i)).toArray(NewMessage[]::new));
        Page<Message> newest = page(null, null);
        assertThat(newest.items()).extracting(Talk::text).containsExactly("m4", "m5");
        assertThat(newest.after()).isNull();
        Page<Message> middle = page(newest.before(), null);
        assertThat(middle.items()).extracting(Talk::text).containsExactly("m2", "m3");
        Page<Message> oldest = page(middle.before(), null);
        assertThat(oldest.items()).extracting(Talk::text).containsExactly("m1");
        assertThat(oldest.before()).isNull();
        await(sessions().remove(owner, id, List.of(new MessageId(1)), null));
        Page<Message> on = page(null, oldest.after());
        assertThat(on.items()).extracting(Talk::text).containsExactly("m2", "m3");
        assertThat(on.before()).isNull();
        assertThat(page(null, on.after()).items()).extracting(Talk::text).containsExactly("m4", "m5");
    }

    private Page<Message> page(String before, String after) {
        return await(sessions().messages(owner, id, false, new PageRequest(before, after, 2)));
    }

    @Test
    void a_bad_cursor_is_the_callers_mistake() {
        assertThatThrownBy(() -> page("m0", null)).isInstanceOf(Failure.Invalid.class);
        assertThatThrownBy(() -> await(sessions().list(owner, new PageRequest(null, "nonsense", 5))))
                .isInstanceOf(Failure.Invalid.class);
    }

    @Test
    void an_edited_message_keeps_its_place_and_counts_anew() {
        append(null, user("one"), assistant("two"));
        Message edited = await(sessions().edit(owner, id, new MessageId(1), 1L, user("eleven")));
        assertThat(edited.meta().version()).isEqualTo(2);
        assertThat(await(sessions().message(owner, id, new MessageId(1)))).isEqualTo(edited);
        assertThat(texts(false, PAGE)).containsExactly("eleven", "two");
        assertThat(await(sessions().find(owner, id)).totals()).isEqualTo(new HistoryTotals(2, 9));
        assertThatThrownBy(() -> await(sessions().edit(owner, id, new MessageId(1), 1L, user("x"))))
                .isInstanceOf(Failure.Conflict.class);
    }

    @Test
    void removed_messages_are_gone_and_their_numbers_not_used_again() {
        append(null, user("one"), assistant("two"), user("three"));
        await(sessions().remove(owner, id, List.of(new MessageId(2), new MessageId(3), new MessageId(9)), 1L));
        assertThat(texts(true, PAGE)).containsExactly("one");
        assertThat(append(null, user("four")).value().getFirst().id()).isEqualTo(new MessageId(4));
        assertThat(await(sessions().find(owner, id)).totals()).isEqualTo(new HistoryTotals(2, 7));
        assertThatThrownBy(() -> await(sessions().remove(owner, id, List.of(new MessageId(2)), null)))
                .isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(() -> await(sessions().message(owner, id, new MessageId(3)))).isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void messages_cannot_be_changed_while_a_turn_runs_but_settings_can() {
        Talk talk = Talk.begin(sessions(), turns());
        talk.say("one", "first");
        talk.open(new Input.Say(user("two")));
        assertThatThrownBy(() -> await(sessions().append(Owner.LOCAL, talk.session(), List.of(user("x")), null)))
                .isInstanceOf(Failure.Conflict.class);
        assertThatThrownBy(() -> await(sessions().edit(Owner.LOCAL, talk.session(), new MessageId(1), null, user("x"))))
                .isInstanceOf(Failure.Conflict.class);
        assertThatThrownBy(() -> await(sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(1)), null)))
                .isInstanceOf(Failure.Conflict.class);
        await(sessions().update(Owner.LOCAL, talk.session(), null, _ -> titled("t"), (_, _) -> ReadPlan.EVERYTHING));
        assertThat(talk.texts()).containsExactly("one", "first", "two");
    }

    // Forks

    @Test
    void a_fork_is_independent() {
        append(null, user("one"), assistant("two"), user("three"));
        Session fork = fork(2);
        assertThat(fork.totals()).isEqualTo(new HistoryTotals(2, 6));
        await(sessions().append(owner, fork.id(), List.of(user("other")), null));
        await(sessions().erase(owner, id, null));
        assertThat(await(sessions().messages(owner, fork.id(), true, PAGE)).items()).extracting(Talk::text)
                .containsExactly("one", "two", "other");
        assertThat(await(sessions().list(owner, PAGE)).items()).extracting(Session::id).containsExactly(fork.id());
    }

    private Session fork(long through) {
        return await(sessions().fork(owner, id, new MessageId(through), id.createFork(), null)).value();
    }

    @Test
    void a_fork_under_one_key_is_made_once() {
        append(null, user("one"));
        SessionId first = await(sessions().fork(owner, id, new MessageId(1), id.createFork(), key(3))).value().id();
        Stored<Session> second = await(sessions().fork(owner, id, new MessageId(1), id.createFork(), key(3)));
        assertThat(second.repeated()).isTrue();
        assertThat(second.value().id()).isEqualTo(first);
        assertThat(await(sessions().list(owner, PAGE)).items()).hasSize(2);
    }

    @Test
    void a_fork_that_is_asked_for_again_because_its_answer_was_lost_stays_in_the_list() {
        append(null, user("one"));
        SessionId fork = id.createFork();
        Stored<Session> first = await(sessions().fork(owner, id, new MessageId(1), fork, key(3)));
        assertThat(await(sessions().fork(owner, id, new MessageId(1), fork, key(3)))).isEqualTo(first);
        assertThat(await(sessions().list(owner, PAGE)).items()).extracting(Session::id).contains(fork);
    }

    @Test
    void a_fork_of_a_superseded_reply_has_the_branch_it_was_said_on() {
        Talk talk = Talk.begin(sessions(), turns());
        talk.say("one", "first");
        talk.again("second");
        talk.again("third");
        talk.say("two", "fourth");
        talk.instead(new MessageId(1), "uno", "primo");
        MessageId second = talk.everything().get(2).id();
        Session fork = await(sessions().fork(Owner.LOCAL, talk.session(), second, talk.session().createFork(), null)).value();
        assertThat(talk.in(fork.id()).texts()).containsExactly("one", "second");
        assertThat(fork.totals()).isEqualTo(new HistoryTotals(2, 9));
        talk.in(fork.id()).say("more", "x");
        assertThat(talk.in(fork.id()).texts()).containsExactly("one", "second", "more", "x");
        assertThat(talk.texts()).containsExactly("uno", "primo");
    }

    // Lists

    @Test
    void sessions_are_listed_newest_first_and_can_be_walked_both_ways() {
        List<SessionId> ids = IntStream.range(0, 4).mapToObj(i -> create(titled("t" + i)).id()).toList();
        List<SessionId> all = await(sessions().list(owner, PAGE)).items().stream().map(Session::id).toList();
        assertThat(all).hasSize(5).containsAll(ids).contains(id);
        Page<Session> first = sessionPage(null, null);
        assertThat(first.items()).extracting(Session::id).isEqualTo(all.subList(0, 2));
        assertThat(first.before()).isNull();
        Page<Session> second = sessionPage(null, first.after());
        assertThat(second.items()).extracting(Session::id).isEqualTo(all.subList(2, 4));
        Page<Session> third = sessionPage(null, second.after());
        assertThat(third.items()).extracting(Session::id).isEqualTo(all.subList(4, 5));
        assertThat(third.after()).isNull();
        await(sessions().erase(owner, all.get(2), null));
        Page<Session> back = sessionPage(second.before(), null);
        assertThat(back.items()).extracting(Session::id).isEqualTo(all.subList(0, 2));
        assertThat(back.before()).isNull();
        assertThat(back.after()).isNotNull();
    }

    @Test
    void creating_again_under_a_key_moves_no_session_in_the_list() {
        SessionId first = keyed().value().id();
        List<SessionId> later = List.of(create(PLAIN).id(), create(PLAIN).id());
        List<SessionId> all = await(sessions().list(owner, PAGE)).items().stream().map(Session::id).toList();
        List<SessionId> walked = new ArrayList<>();
        Page<Session> page = await(sessions().list(owner, new PageRequest(null, null, 1)));
        assertThat(keyed().value().id()).isEqualTo(first);
        while (page.after() != null) {
            walked.add(page.items().getFirst().id());
            page = await(sessions().list(owner, new PageRequest(null, page.after(), 1)));
        }
        walked.add(page.items().getFirst().id());
        assertThat(walked).isEqualTo(all).contains(first).containsAll(later);
    }

    private Stored<Session> keyed() {
        return await(sessions().create(SessionId.create(), owner, PLAIN, ReadPlan.EVERYTHING, key(5)));
    }

    private Page<Session> sessionPage(String before, String after) {
        return await(sessions().list(owner, new PageRequest(before, after, 2)));
    }

    @Test
    void a_search_finds_titles_and_messages_whatever_their_case() {
        SessionId titled = create(titled("Über TEA")).id();
        append(null, user("nothing here"), assistant("a \"Quoted\" \\ Word\nÄpfel"));
        assertThat(found("tea")).containsExactly(titled);
        assertThat(found("über")).containsExactly(titled);
        assertThat(found("\"quoted\" \\")).containsExactly(id);
        assertThat(found("äpfel")).containsExactly(id);
        assertThat(found("ÄPFEL")).containsExactly(id);
        assertThat(found("word\n")).containsExactly(id);
        assertThat(found("text")).isEmpty();
        assertThat(found("completed")).isEmpty();
        assertThat(found("%")).isEmpty();
        await(sessions().remove(owner, id, List.of(new MessageId(2)), null));
        assertThat(found("quoted")).isEmpty();
    }

    private List<SessionId> found(String query) {
        return await(sessions().search(owner, query, PAGE)).items().stream().map(found -> found.session().id()).toList();
    }

    @Test
    void a_search_tells_which_message_has_the_text_and_the_words_around_it() {
        append(null, user("A needle at the beginning."),
                assistant("word ".repeat(40) + "a \"needle\"\nwith\ttabs " + "end ".repeat(80)),
                user("nothing"));
        assertThat(hit("beginning")).isEqualTo(new SearchHit(new MessageId(1), "A needle at the beginning."));
        SearchHit middle = hit("NEEDLE");
        assertThat(middle.message()).isEqualTo(new MessageId(2));
        assertThat(middle.text()).startsWith("…word word").contains("word a \"needle\" with tabs end").endsWith("…")
                .hasSizeBetween(180, 240);
        assertThat(hit("tabs").text()).contains("needle\" with tabs");
        append(null, user("漢字".repeat(100) + "木" + "😀".repeat(100)), user("\\\"".repeat(100) + "é" + "\n\"".repeat(200)));
        assertThat(hit("木").text()).startsWith("…").contains("漢字漢字木😀").endsWith("😀…");
        assertThat(hit("é").text()).startsWith("…").contains("\\\"é \"").endsWith("…").doesNotContain("\uFFFD");
        assertThat(hit("nothing").text()).isEqualTo("nothing");
    }

    @Test
    void a_text_is_found_only_where_it_stands() {
        append(null, user("x\tall y\nonsense 1\\n2 \u001bird \u0007"), user("\\\ttab\\\\tup \"quoted\\"));
        for (String absent : List.of("tall", "nonsense", "nons", "1\n2", "u001b", "001bird", "bird", "0007", "7", "ttab",
                "n2 u", "\\tall", "\\\"", "\ttup")) {
            assertThat(found(absent)).as(absent).isEmpty();
        }
        for (String present : List.of("all", "x\tall", "\nonsense", "onsense", "1\\n2", "n2", "\u001bird", "ird", "\u0007",
                "\\\ttab", "tab", "\\\\tup", "\\tup", "tup", "quoted\\", "\"quoted")) {
            assertThat(found(present)).as(present).containsExactly(id);
        }
    }

    @Test
    void an_excerpt_begins_and_ends_between_characters() {
        String family = "👨‍👩‍👧‍👦";
        for (String around : List.of(family, "🇩🇪", "👍🏽", "漢", "e\u0301", "각", "한글\t", "\u0001")) {
            String mark = mark(around);
            append(null, user(around.repeat(60) + mark + around.repeat(60)));
            String text = hit(mark).text();
            String shown = around.strip();
            assertThat(text).as(around).contains(mark).startsWith("…").endsWith("…");
            assertThat(text.replace("…", "").replace(mark, "").replace(shown, "").strip()).as(around).isEmpty();
        }
        assertThat(hit(mark("漢")).text()).contains("漢漢漢" + mark("漢"));
        assertThat(hit(mark(family)).text()).contains(family + mark(family) + family);
    }

    private static String mark(String around) {
        return "#" + Integer.toHexString(around.hashCode()) + "#";
    }

    @Test
    @Timeout(20)
    void a_message_of_many_short_blocks_is_searched_once() {
        List<Content> blocks = new ArrayList<>(Collections.nCopies(66_000, new Content.Text("a")));
        blocks.add(new Content.Image(new ImageSource.Url("https://example.org/tttt.png")));
        append(null, new NewMessage(Role.USER, blocks, new TokenCount(1, "o200k_base")));
        for (String word : List.of("image", "type", "example.org", "t")) {
            assertThat(found(word)).isEmpty();
        }
        assertThat(found("a")).containsExactly(id);
    }

    @Test
    void a_title_that_has_the_text_needs_no_place() {
        Session titled = create(titled("The needle"));
        assertThat(await(sessions().search(owner, "needle", PAGE)).items()).containsExactly(new FoundSession(titled, null));
        assertThat(await(sessions().search(owner, " ", PAGE)).items()).hasSize(2)
                .allSatisfy(found -> assertThat(found.hit()).isNull());
    }

    private SearchHit hit(String query) {
        return Objects.requireNonNull(await(sessions().search(owner, query, PAGE)).items().getFirst().hit());
    }

    @Test
    void what_was_superseded_is_not_found() {
        Talk talk = Talk.begin(sessions(), turns());
        String word = "needle" + SessionId.create().tag();
        talk.say("one", word);
        assertThat(await(sessions().search(Owner.LOCAL, word, PAGE)).items()).hasSize(1);
        talk.again("other");
        assertThat(await(sessions().search(Owner.LOCAL, word, PAGE)).items()).isEmpty();
        talk.commit(talk.opened(new Input.Again()), TurnState.FAILED, "");
        assertThat(talk.texts()).containsExactly("one", "other");
    }
}

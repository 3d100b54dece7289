package io.parley.store;

import static io.parley.testing.Talk.assistant;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.IfRunning;
import io.parley.conversation.LastMessage;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.ToolDefinition;
import io.parley.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of a list of sessions, and the bytes that it reads from Redis. */
class ListedSessionsTest extends WithRedis {
    private static final Owner OWNER = new Owner("somebody");
    private static final PageRequest PAGE = new PageRequest(null, null, 100);
    private static final String LONG = "x".repeat(100_000);

    private static SessionSettings settings(String title, String metadata) {
        ToolDefinition tool = new ToolDefinition("t", LONG, new RawJson("{\"a\":\"" + LONG + "\"}"));
        return new SessionSettings(title, "model", List.of("other"), LONG, List.of(LONG, "fact"),
                List.of(new ContextSpec("token-budget", Map.of("maxTokens", 8000))),
                new Generation(5, 0.5, List.of("stop"), List.of(tool)), IfRunning.WAIT, OnDisconnect.CANCEL, OnCrash.RESTART,
                Duration.ofDays(3), new RawJson("{\"m\":\"" + metadata + "\"}"));
    }

    private static SessionId create(SessionSettings settings) {
        return await(stores.sessions().create(SessionId.create(), OWNER, settings, ReadPlan.EVERYTHING, null)).value().id();
    }

    @CanIgnoreReturnValue
    private static List<Session> list() {
        return await(stores.sessions().list(OWNER, PAGE)).items();
    }

    private static long bytesOf(Runnable reading) {
        Traffic.Count before = stores.traffic().count();
        reading.run();
        return stores.traffic().count().minus(before).bytesReceived();
    }

    @Test
    void a_list_shows_all_but_the_long_settings_and_does_not_read_those() {
        SessionSettings settings = settings("Title", "");
        List<SessionId> ids = Stream.generate(() -> create(settings)).limit(20).toList();

        assertThat(list()).hasSize(20).allSatisfy(listed -> {
            assertThat(ids).contains(listed.id());
            assertThat(listed.settings()).isEqualTo(settings.forLists());
            assertThat(listed.settings().systemPrompt()).isNull();
            assertThat(listed.settings().facts()).isEmpty();
            assertThat(listed.settings().generation().tools()).isNull();
        });
        assertThat(bytesOf(ListedSessionsTest::list)).isLessThan(20 * 1_000);
        assertThat(bytesOf(() -> await(stores.sessions().search(OWNER, "title", PAGE)))).isLessThan(20 * 1_000);
        assertThat(bytesOf(() -> await(stores.sessions().outline(OWNER, ids.getFirst())))).isLessThan(1_000);
    }

    private static LastMessage last(SessionId id) {
        return await(stores.sessions().lastMessages(OWNER, List.of(id))).get(id);
    }

    @Test
    void the_last_message_is_the_newest_that_is_part_of_the_conversation() {
        SessionId id = create(settings("Title", ""));
        assertThat(last(id)).isNull();
        await(stores.sessions().append(OWNER, id, List.of(user("one"), assistant("two"), user("three")), null));
        assertThat(last(id).id()).isEqualTo(new MessageId(3));
        assertThat(last(id).role()).isEqualTo(Role.USER);
        assertThat(last(id).text()).isEqualTo("three");
        assertThat(last(id).status()).isEqualTo(MessageStatus.COMPLETED);

        await(stores.sessions().remove(OWNER, id, List.of(new MessageId(3)), null));
        assertThat(last(id).text()).isEqualTo("two");
        await(stores.sessions().edit(OWNER, id, new MessageId(2), null, assistant("edited")));
        assertThat(last(id).text()).isEqualTo("edited");
        await(stores.sessions().remove(OWNER, id, List.of(new MessageId(1), new MessageId(2)), null));
        assertThat(last(id)).isNull();
        assertThat(await(stores.sessions().lastMessages(new Owner("other"), List.of(id)))).isEmpty();
        assertThat(await(stores.sessions().lastMessages(OWNER, List.of(SessionId.create())))).isEmpty();
    }

    @Test
    void a_last_message_that_cannot_be_read_is_left_out_for_its_session_alone() {
        SessionId whole = create(settings("Whole", ""));
        await(stores.sessions().append(OWNER, whole, List.of(user("text of a user")), null));
        List<SessionId> all = new ArrayList<>(List.of(whole));
        for (String stored : List.of("1|0|X|1|4|o200k_base|{}", "1|0|U|1", "garbage", "|||||||", "1|0||1|4|o200k_base|{}")) {
            SessionId broken = create(settings("Broken", ""));
            await(stores.sessions().append(OWNER, broken, List.of(user("text of a user")), null));
            server.command("HSET " + Keys.of(broken).get(1) + " 1 " + stored);
            all.add(broken);
        }
        List<String> logged = new CopyOnWriteArrayList<>();
        LogLines log = new LogLines(LastMessages.class, logged::add);
        try {
            assertThat(await(stores.sessions().lastMessages(OWNER, all))).containsOnlyKeys(whole);
        } finally {
            log.close();
        }
        assertThat(logged).as("one line for all").singleElement().asString().contains("has no head")
                .doesNotContain("garbage", "o200k");
    }

    @Test
    void of_a_hundred_removed_messages_nothing_is_shown() {
        SessionId id = create(settings("Title", ""));
        await(stores.sessions().append(OWNER, id, Stream.generate(() -> user("x")).limit(101).toList(), null));
        for (int i = 2; i <= 101; i++) {
            await(stores.sessions().remove(OWNER, id, List.of(new MessageId(i)), null));
        }
        assertThat(last(id).id()).isEqualTo(new MessageId(1));
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "\"\\\n", "\u0001", "ä", "漢", "\uD83D\uDE00", "a\"", "\\", "ab\\\\c", "\uD83D" })
    void of_a_long_last_message_only_the_beginning_is_read(String piece) {
        SessionId id = create(settings("Title", ""));
        for (int shift = 0; shift < 4; shift++) {
            String text = "y".repeat(shift) + piece.repeat(300_000 / piece.length());
            await(stores.sessions().append(OWNER, id, List.of(user(text)), null));

            Traffic.Count before = stores.traffic().count();
            String shown = last(id).text();
            assertThat(stores.traffic().count().minus(before).bytesReceived()).isLessThan(3_000);
            assertThat(text).startsWith(shown);
            assertThat(shown.codePointCount(0, shown.length())).isBetween(199, 200);
        }
    }

    @Test
    void what_is_no_text_does_not_show() {
        SessionId id = create(settings("Title", ""));
        Content call = new Content.ToolCall("c1", "tool", new RawJson("{\"text\":\"" + "z".repeat(5_000) + "\"}"));
        await(stores.sessions().append(OWNER, id,
                List.of(new NewMessage(Role.ASSISTANT, List.of(new Content.Text("Look: "), call,
                        new Content.Text("more")), new TokenCount(1, "o200k_base"))),
                null));
        assertThat(last(id).text()).isEqualTo("Look: ");
        assertThat(last(id).role()).isEqualTo(Role.ASSISTANT);
    }

    @Test
    void a_list_shows_each_change_of_the_settings() {
        SessionId id = create(settings("Before", ""));
        await(stores.sessions().update(OWNER, id, null, _ -> settings("After", ""), (_, _) -> null));

        assertThat(list()).singleElement().satisfies(listed -> {
            assertThat(listed.settings().title()).isEqualTo("After");
            assertThat(listed.version()).isEqualTo(2);
        });
    }

    @Test
    void a_fork_is_listed_as_short_as_its_source() {
        SessionId id = create(settings("Source", ""));
        await(stores.sessions().append(OWNER, id, List.of(user("one")), null));
        await(stores.sessions().fork(OWNER, id, new MessageId(1), id.createFork(), null));

        assertThat(bytesOf(() -> assertThat(list()).hasSize(2))).isLessThan(2_000);
    }

    /** One session is as an earlier version writes it; an earlier version has changed the settings of the other one. */
    @Test
    void a_session_of_an_earlier_version_is_listed_as_it_is_and_read_as_a_whole_only_once() {
        SessionId old = create(settings("Old", ""));
        SessionId changed = create(settings("Changed", ""));
        server.command("HDEL " + Keys.session(old) + " lst lstV");
        server.command("HINCRBY " + Keys.session(changed) + " ver 1");

        assertThat(list()).extracting(listed -> listed.settings().title()).containsExactlyInAnyOrder("Old", "Changed");
        assertThat(list()).allSatisfy(
                listed -> assertThat(listed.settings()).isEqualTo(settings(listed.settings().title(), "").forLists()));
        assertThat(bytesOf(ListedSessionsTest::list)).isLessThan(2_000);
    }

    @Test
    void another_owner_sees_nothing_of_a_session() {
        SessionId id = create(settings("Mine", ""));

        assertThat(await(stores.sessions().list(new Owner("other"), PAGE)).items()).isEmpty();
        assertThat(await(stores.sessions().outline(new Owner("other"), id).onFailure().recoverWithNull())).isNull();
    }

    @Test
    void a_page_has_no_more_bytes_than_a_page_may_and_the_next_one_goes_on() {
        List<SessionId> ids = Stream.generate(() -> create(settings("Long", "m".repeat(15_000)))).limit(100).toList();

        List<SessionId> seen = new ArrayList<>();
        PageRequest wanted = PAGE;
        for (Page<Session> page = null; page == null || page.after() != null;) {
            page = await(stores.sessions().list(OWNER, wanted));
            assertThat(page.bytes()).isPositive().isLessThanOrEqualTo(Page.MOST_BYTES);
            page.items().forEach(session -> seen.add(session.id()));
            wanted = new PageRequest(null, page.after(), 100);
        }
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(ids);
    }
}

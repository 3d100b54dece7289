package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Photo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is being written or sent is neither lost nor sent twice, and stays with its conversation. */
class UnsentIT extends ChatPage {
    private static final String SESSIONS = "**/api/v1/sessions";
    private static final String TURNS = "**/turns";
    private static final String REFUSAL = "{\"code\":\"invalid-request\",\"errors\":[{\"pointer\":\"/temperature\","
            + "\"detail\":\"must be a number from 0 to 2\"}]}";
    private static final String REFUSED = "The temperature must be from 0 to 2.";

    /** A conversation with a client that answers when a test says so: `held` are the questions by name. */
    private static final String STUB = """
            const { Conversation } = await import('/page/conversation.js');
            const held = {};
            const hold = (name, of) => new Promise((resolve, reject) => (held[name] ??= []).push({ resolve, reject, of }));
            const rest = () => new Promise(done => setTimeout(done, 0));
            const message = number => ({ id: 'm' + number, role: 'user', content: [], superseded: false });
            const pageOf = (first, last) => ({ data: Array.from({ length: last - first + 1 }, (_, at) => message(first + at)),
              hasMore: first > 1, before: first > 1 ? 'm' + first : null });
            const client = {
              session: () => hold('session'), messages: (id, { before, limit }) => hold(before ? 'earlier' : 'newest', { before, limit }),
              usage: async () => ({ data: [] }), createSession: () => hold('create'),
              changeSession: (id, patch) => hold('change').then(() => ({ id, ...patch })),
              watch: () => ({ leave() {}, async *[Symbol.asyncIterator]() {} }),
            };
            """;

    @Test
    void what_is_written_while_a_conversation_begins_is_there_after_a_reload() {
        List<Route> begun = hold(SESSIONS, "POST");
        say("First.");
        page.waitForCondition(() -> begun.size() == 1);
        page.locator("#text").fill("Second, half written");
        begun.forEach(Route::resume);
        awaitOver(page);
        page.reload();
        assertThat(inputs()).hasText(new String[] { "First." });
        assertThat(page.locator("#text")).hasValue("Second, half written");
        page.locator("#new").click();

        assertThat(page.locator("#empty")).isVisible();
        assertThat(page.locator("#text")).hasValue("");
    }

    @Test
    void a_page_that_ends_while_a_conversation_begins_gives_back_all_that_was_written() {
        List<Route> begun = hold(SESSIONS, "POST");
        say("First.");
        page.waitForCondition(() -> begun.size() == 1);
        page.locator("#text").fill("Second.");
        page.reload();
        assertThat(page.locator("#text")).hasValue("First.\nSecond.");
        page.locator("#text").fill("");
        page.reload();

        assertThat(page.locator("#empty")).isVisible();
        assertThat(page.locator("#text")).hasValue("");
    }

    @Test
    void a_conversation_that_is_left_while_it_begins_takes_its_words_along() {
        List<Route> begun = hold(SESSIONS, "POST");
        say("Left behind.");
        page.waitForCondition(() -> begun.size() == 1);
        page.locator("#text").fill("Second.");
        page.locator("#files").setInputFiles(picture());
        assertThat(page.locator("#pictures img")).hasCount(1);
        page.locator("#new").click();
        assertThat(inputs()).hasCount(0);
        assertThat(page.locator("#text")).hasValue("");
        assertThat(page.locator("#pictures img")).hasCount(0);
        page.locator("#text").fill("Of another one.");
        begun.forEach(Route::resume);
        assertThat(entry("Left behind.")).hasCount(1);
        assertThat(page.locator("#text")).hasValue("Of another one.");
        assertThat(page).hasURL(home().resolve("/").toString());
        entry("Left behind.").click();
        assertThat(page.locator("#text")).hasValue("Second.");
        assertThat(page.locator("#pictures img")).hasCount(1);
        awaitOver(page);

        assertThat(stored()).hasSize(2).contains("Left behind.");
        page.locator("#new").click();
        assertThat(page.locator("#text")).hasValue("Of another one.");
        assertThat(page.locator("#pictures img")).hasCount(0);
    }

    @Test
    void a_conversation_that_cannot_begin_gives_its_words_back_where_it_is_left_for_another_new_one() {
        List<Route> begun = hold(SESSIONS, "POST");
        say("First.");
        page.waitForCondition(() -> begun.size() == 1);
        page.locator("#new").click();
        page.locator("#text").fill("Other.");
        refuse(begun);
        assertThat(page.locator("#problem")).containsText(REFUSED);
        assertThat(page.locator("#text")).hasValue("First.\nOther.");
        page.locator("#text").press("End");
        page.locator("#text").pressSequentially(" More.");
        page.reload();

        assertThat(page.locator("#text")).hasValue("First.\nOther. More.");
    }

    @Test
    void a_conversation_that_cannot_begin_leaves_one_that_is_shown_alone() {
        talk("Hello.");
        page.locator("#new").click();
        List<Route> begun = hold(SESSIONS, "POST");
        say("First.");
        page.waitForCondition(() -> begun.size() == 1);
        entry("Hello.").click();
        page.locator("#text").fill("Its own words.");
        refuse(begun);
        awaitTrue("sessionStorage.getItem('parley.draft.') === 'First.'");
        assertThat(page.locator("#text")).hasValue("Its own words.");
        assertThat(page.locator("#problem")).isHidden();
        page.locator("#new").click();

        assertThat(page.locator("#text")).hasValue("First.");
    }

    @Test
    void what_is_written_while_pictures_are_read_is_kept() {
        talk("Hello.");
        page.locator("#files").setInputFiles(picture());
        assertThat(page.locator("#pictures img")).hasCount(1);
        evaluate("window.gate = Promise.withResolvers(); window.read = Blob.prototype.arrayBuffer;"
                + " Blob.prototype.arrayBuffer = async function () { await gate.promise; return read.call(this); }; 0");
        say("What is in this picture?");
        page.locator("#text").fill("Written meanwhile");
        evaluate("gate.resolve()");
        assertThat(inputs()).hasCount(2);
        assertThat(replies(page)).hasCount(2);
        awaitOver(page);
        page.reload();

        assertThat(inputs()).hasCount(2);
        assertThat(page.locator("#text")).hasValue("Written meanwhile");
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void what_fails_after_its_conversation_is_left_waits_there_and_says_nothing_elsewhere(boolean edited) {
        talk("In the first.");
        String first = session();
        page.locator("#new").click();
        talk("In the second.");
        entry("In the first.").click();
        assertThat(inputs()).hasText(new String[] { "In the first." });
        List<Route> turns = hold(TURNS, "POST");
        if (edited) {
            page.locator(".user .edit").click();
            page.locator(".edit-form textarea").fill("Cannot be said.");
            page.locator(".edit-form textarea").press("Enter");
        } else {
            say("Cannot be said.");
        }
        page.waitForCondition(() -> turns.size() == 1);
        entry("In the second.").click();
        assertThat(inputs()).hasText(new String[] { "In the second." });
        page.locator("#text").fill("Its own words.");
        refuse(turns);
        awaitTrue("Object.keys(localStorage).every(name => !name.startsWith('parley.outbox.'))");
        assertThat(page.locator("#problem")).isHidden();
        assertThat(page.locator(".edit-form")).hasCount(0);
        assertThat(page.locator("#text")).hasValue("Its own words.");
        page.unroute(TURNS);
        entry("In the first.").click();

        assertThat(page.locator(edited ? ".edit-form textarea" : "#text")).hasValue("Cannot be said.");
        assertThat(replies(page)).hasCount(1);
        assertThat(client().messages(first)).hasSize(2);
    }

    /** Where no read is answered, the page does not even know whose storage it is. */
    @ParameterizedTest
    @CsvSource({ "false, false", "true, false", "true, true" })
    void what_is_said_before_the_conversation_has_been_read_is_said_once_and_what_was_left_unsent_comes_back(boolean unsent,
            boolean nothingIsRead) {
        talk("Hello.");
        String session = session();
        if (unsent) {
            page.evaluate(
                    "session => localStorage.setItem('parley.outbox.' + session, JSON.stringify({key: 'a-key-of-another-page',"
                            + " body: {content: 'Left unsent.'}, at: Date.now()}))",
                    session);
        }
        String held = nothingIsRead ? "**/api/v1/**" : "**/sessions/" + session;
        List<Route> reads = hold(held, "GET");
        page.reload();
        page.waitForCondition(() -> !reads.isEmpty());
        say("[words=200][pace=20] Said early.");
        awaitGrown(page, 20);
        page.unroute(held);
        reads.forEach(Route::resume);
        awaitTrue("document.querySelectorAll('#messages > .user').length === 2");
        awaitOver(page);

        assertThat(page.locator("#text")).hasValue(unsent ? "Left unsent." : "");
        if (unsent) {
            assertThat(page.locator("#problem")).containsText("was not received");
        } else {
            assertThat(page.locator("#problem")).isHidden();
        }
        assertThat(client().messages(session)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void what_is_on_its_way_when_one_comes_back_is_said_once_or_given_back_once(boolean refused) {
        talk("In the first.");
        String first = session();
        List<Route> turns = hold(TURNS, "POST");
        excuse("ERR_FAILED");
        say("On its way.");
        page.waitForCondition(() -> turns.size() == 1);
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
        entry("In the first.").click();
        assertThat(inputs()).hasCount(2);
        page.waitForCondition(() -> turns.size() == 2);
        if (refused) {
            refuse(turns.subList(1, 2));
            assertThat(page.locator("#problem")).containsText(REFUSED);
            assertThat(page.locator("#text")).hasValue("On its way.");
            assertThat(inputs()).hasCount(1);
        } else {
            turns.getLast().resume();
            assertThat(replies(page)).hasCount(2);
            awaitOver(page);
            assertThat(page.locator("#text")).hasValue("");
        }
        assertThat(evaluate("Object.keys(localStorage).filter(name => name.startsWith('parley.outbox.')).length")).isEqualTo(0);

        assertThat(client().messages(first)).hasSize(refused ? 2 : 4);
    }

    @Test
    void settings_that_change_while_the_conversation_begins_hold_from_its_first_message_on() {
        List<Route> begun = hold(SESSIONS, "POST");
        page.locator("#show-settings").click();
        say("Hello.");
        page.waitForCondition(() -> begun.size() == 1);
        page.locator("#model").selectOption("simulator-claude");
        page.locator("#temperature").fill("1.5");
        page.locator("#save").click();
        begun.forEach(Route::resume);
        awaitOver(page);

        assertThat(page.locator("#messages .assistant .note")).containsText("simulator-claude");
        assertThat(page.locator("#model")).hasValue("simulator-claude");
        assertThat(page.locator("#temperature")).hasValue("1.5");
        assertThat(client().send("GET", "/sessions/" + session(), "").at("/temperature")).isEqualTo("1.5");
    }

    @Test
    void settings_that_change_while_a_conversation_fails_to_begin_hold_for_the_next_attempt() {
        Object kept = evaluate("(async () => { " + STUB
                + """
                        const conversation = new Conversation(client, null, {});
                        const said = conversation.say('Hello.').catch(error => error.message);
                        await rest();
                        const changes = [conversation.change({ model: 'one' }), conversation.change({ temperature: 1 }), conversation.change({ model: null })];
                        held.create[0].reject(new Error('No.'));
                        await Promise.all(changes);
                        return [await said, JSON.stringify(conversation.settings), held.change === undefined];
                        })()""");

        assertThat(kept).isEqualTo(List.of("No.", "{\"temperature\":1}", true));
    }

    @Test
    void no_message_vanishes_where_earlier_ones_are_read_while_others_come() {
        List<String> orders = List.of(
                // The earlier page is asked for first and answered last, then the other way round, then twice.
                "earlier(); await rest(); last = 132; refresh(true); await rest(); answer('newest'); await rest(); answer('earlier');",
                "earlier(); await rest(); last = 182; refresh(false); await rest(); answer('newest'); await rest(); answer('earlier');",
                "last = 132; refresh(true); earlier(); await rest(); answer('earlier'); await rest(); answer('newest');",
                "earlier(); earlier(); await rest(); answer('earlier'); await rest(); answer('earlier');");
        for (String order : orders) {
            Object seen = evaluate("(async () => { " + STUB + """
                    let last = 130;
                    const answer = name => {
                      const next = held[name]?.shift();
                      const end = name === 'newest' ? last : Number(next?.of.before?.slice(1)) - 1;
                      next?.resolve(pageOf(Math.max(1, end - next.of.limit + 1), end));
                    };
                    const conversation = new Conversation(client, 'c');
                    const loaded = conversation.load();
                    await rest();
                    held.session[0].resolve({ id: 'c' });
                    answer('newest');
                    await loaded;
                    const asked = [];
                    const earlier = () => asked.push(conversation.loadEarlier());
                    const refresh = all => asked.push(conversation.refresh(all));
                    %s
                    for (let round = 0; round < 20; round++) {
                      await rest();
                      answer('newest');
                      answer('earlier');
                    }
                    await Promise.all(asked);
                    const numbers = conversation.messages.map(({ id }) => Number(id.slice(1)));
                    return numbers.every((number, at) => at === 0 || number === numbers[at - 1] + 1) ? 'whole' : numbers.join();
                    })()""".formatted(order));

            assertThat(seen).as(order).isEqualTo("whole");
        }
    }

    @Test
    void nothing_is_kept_of_a_conversation_that_is_deleted() {
        talk("[words=900] Delete me, whatever is kept of me.");
        String session = session();
        page.locator("#text").fill("Half written.");
        page.locator("#files").setInputFiles(picture());
        assertThat(page.locator("#pictures img")).hasCount(1);
        page.evaluate("session => localStorage.setItem('parley.outbox.' + session,"
                + " JSON.stringify({key: 'k', body: {content: 'Rosebud'}, at: Date.now()}))", session);
        page.evaluate("messages.parentElement.scrollTop = 100");
        page.locator("#sessions li.current").hover();
        page.locator("#sessions li.current .more").click();
        page.locator("[role=menuitem]").last().click();
        page.locator("dialog button.danger").click();
        assertThat(page.locator("#empty")).isVisible();

        assertThat(kept()).doesNotContain(session, "Half written", "Rosebud");
        assertThat(page.locator("#text")).hasValue("");
        assertThat(page.locator("#pictures img")).hasCount(0);
    }

    @Test
    void what_is_half_written_outlives_a_conversation_that_somebody_else_deletes() {
        talk("Here today.");
        String session = session();
        page.locator("#text").fill("Half written.");
        page.locator("#files").setInputFiles(picture());
        assertThat(page.locator("#pictures img")).hasCount(1);
        excuse("404");
        assertThat(client().send("DELETE", "/sessions/" + session, "").status()).isEqualTo(204);
        assertThat(page.locator("#empty")).isVisible();
        assertThat(page.locator("#text")).hasValue("Half written.");
        assertThat(page.locator("#pictures img")).hasCount(1);
        assertThat(kept()).doesNotContain(session);
        page.reload();

        assertThat(page.locator("#text")).hasValue("Half written.");
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    void what_an_earlier_page_could_not_send_is_sent_by_the_next_one_or_outlives_its_conversation(boolean gone) {
        String session = client().createSession("{}");
        page.evaluate("session => localStorage.setItem('parley.outbox.' + session,"
                + " JSON.stringify({key: 'key-of-an-earlier-page', body: {content: 'Sent in vain.'}, at: Date.now()}))",
                session);
        if (gone) {
            assertThat(client().send("DELETE", "/sessions/" + session, "").status()).isEqualTo(204);
            excuse("404");
        }
        page = newTab();
        open("/#" + session);
        if (gone) {
            assertThat(page.locator("#problem")).containsText("no longer exists");
            assertThat(page.locator("#text")).hasValue("Sent in vain.");
            assertThat(kept()).doesNotContain(session);
        } else {
            assertThat(inputs()).hasText(new String[] { "Sent in vain." });
            awaitOver(page);
            assertThat(client().messages(session)).hasSize(2);
            assertThat(kept()).doesNotContain("parley.outbox");
        }
    }

    @Test
    void what_can_no_longer_be_sent_is_not_kept_either() {
        page.evaluate("""
                () => {
                  const old = { key: 'k', body: { content: 'Rosebud' }, at: Date.now() - 86_400_000 };
                  localStorage.setItem('parley.outbox.old', JSON.stringify(old));
                  localStorage.setItem('parley.outbox.undated', JSON.stringify({ ...old, at: undefined }));
                  localStorage.setItem('parley.outbox.broken', 'Rosebud');
                  localStorage.setItem('parley.outbox.young', JSON.stringify({ ...old, body: {}, at: Date.now() }));
                }""");
        page.reload();
        awaitTrue("localStorage.getItem('parley.outbox.old') === null");

        assertThat(kept()).doesNotContain("Rosebud").contains("young");
    }

    /** All that the browser keeps of this visitor. */
    private String kept() {
        return (String) evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])");
    }

    private Route.FulfillOptions refusal() {
        return new Route.FulfillOptions().setStatus(400).setContentType("application/problem+json").setBody(REFUSAL);
    }

    private void refuse(List<Route> held) {
        excuse("400");
        held.forEach(route -> route.fulfill(refusal()));
    }

    /** Lets no such request go until it is resumed. */
    private List<Route> hold(String address, String method) {
        List<Route> held = new ArrayList<>();
        page.route(address, route -> {
            if (route.request().method().equals(method)) {
                held.add(route);
            } else {
                route.fallback();
            }
        });
        return held;
    }

    private static FilePayload picture() {
        return new FilePayload("photo.png", "image/png", Photo.png(1));
    }

    private Locator entry(String title) {
        return page.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText(title)).first();
    }
}

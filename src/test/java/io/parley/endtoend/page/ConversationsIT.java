package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.parley.testing.Gateway;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many conversations on the page: find, name, leave, come back, fork, delete. */
class ConversationsIT extends ChatPage {

    @Test
    void conversations_are_found_by_what_was_said_in_them() {
        talk("Zebras are striped.");
        newConversation();
        talk("Giraffes are tall.");
        assertThat(entry("Giraffes")).isVisible();
        assertThat(entry("Zebras")).isVisible();
        page.keyboard().press("Control+k");
        page.keyboard().type("zebra");

        assertThat(entry("Giraffes")).hasCount(0);
        assertThat(page.locator("#found")).hasText("1 conversation found");
        entry("Zebras").click();
        assertThat(inputs()).hasText(new String[] { "Zebras are striped." });
        page.locator("#search").fill("");
        assertThat(entry("Giraffes")).isVisible();
    }

    @Test
    void a_hit_shows_its_words_and_opens_there() {
        String session = client().createSession("{\"title\":\"A long talk\"}");
        String list = IntStream.rangeClosed(1, 130)
                .mapToObj(number -> "{\"role\":\"user\",\"content\":\"Line " + number + " of " + "words ".repeat(30)
                        + (number == 7 ? "with a <b>Hippopotamus</b> 🦛 in" : "") + " it\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client().send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        String titled = client().createSession("{\"title\":\"About the hippopotamus\"}");
        page.locator("#search").fill("hippoPOTAMUS");
        assertThat(entry("About the hippopotamus")).hasAttribute("href", "#" + titled);
        assertThat(entry("About the hippopotamus").locator(".hit")).hasCount(0);
        assertThat(entry("A long talk").locator(".hit")).containsText("with a <b>Hippopotamus</b> 🦛 in it");
        assertThat(entry("A long talk").locator("mark")).hasText("Hippopotamus");
        assertThat((Boolean) evaluate("(() => { const hit = document.querySelector('.hit').getBoundingClientRect();"
                + " const mark = document.querySelector('.hit mark').getBoundingClientRect();"
                + " return mark.bottom <= hit.bottom && mark.right <= hit.right; })()")).isTrue();
        screenshot("hits");
        assertAccessible();
        entry("A long talk").click();

        assertThat(page.locator("#m-m7")).isInViewport();
        assertThat(page.locator("#m-m7")).containsText("Line 7 of");
        page.locator("#search").fill("line 120 of");
        assertThat(entry("A long talk").locator("mark")).hasText("Line 120 of");
        entry("A long talk").click();
        assertThat(page.locator("#m-m120")).isInViewport();
    }

    @Test
    void what_is_searched_for_is_marked_as_it_is_written() {
        Object marked = evaluate("(async () => { const {marked} = await import('/page/hit.js');"
                + " const shown = (text, query) => marked(text, query).map(part => typeof part === 'string' ? part : `[${part.textContent}]`)"
                + ".join(''); return [shown('C++ and c++', 'c++'), shown('äÄ', 'Ä'), shown('a (b) a', '(B)'), shown('one  two', 'one two'),"
                + " shown('none', 'x'), shown('x', 'x'), shown('a\\\\b', '\\\\'), shown('words words words words words it', 'it'),"
                + " shown('一二三四五六七八九十一二三四五六七八九十木', '木'), shown('😀'.repeat(30) + 'x', 'x'), shown('👨‍👩‍👧'.repeat(20) + 'x', 'x'),"
                + " shown('🇩🇪🇫🇷'.repeat(12) + 'x', 'x'), shown('e\u0301'.repeat(20) + 'x', 'x'), shown('a 👨‍👩‍👧 b', '👩'), shown('cafe\u0301', 'cafe'),"
                + " shown('aaa', 'a'), shown('a\u202eb', 'ab'), shown('a', '')]; })()");

        assertThat(marked).isEqualTo(
                List.of("[C++] and [c++]", "[ä][Ä]", "a [(b)] a", "[one  two]", "none", "[x]", "a[\\]b",
                        "…words words [it]", "…三四五六七八九十一二三四五六七八九十[木]", "…" + "😀".repeat(18) + "[x]",
                        "…" + "👨‍👩‍👧".repeat(18) + "[x]", "…" + "🇩🇪🇫🇷".repeat(9) + "[x]",
                        "…" + "e\u0301".repeat(18) + "[x]",
                        "a [👨‍👩‍👧] b", "[cafe\u0301]", "[a][a][a]", "[ab]", "a"));
    }

    @Test
    void another_tab_lists_what_begins_changes_and_ends_in_this_one() {
        Page second = newTab();
        second.navigate(home().toString());
        assertThat(second.locator("#empty")).isVisible();
        page.bringToFront();
        talk("Begun in the first tab.");
        Locator listed = second.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText("Begun in the"));
        assertThat(listed).hasCount(1);
        menu("Begun in the first tab.", "Rename");
        page.locator("#sessions li input").fill("Renamed in the first tab");
        page.locator("#sessions li input").press("Enter");
        assertThat(second.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText("Renamed in the first")))
                .hasCount(1);
        menu("Renamed in the first tab", "Delete");
        page.locator("dialog button.danger").click();

        assertThat(second.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText("in the first")))
                .hasCount(0);
    }

    @Test
    void what_begins_on_another_device_is_listed_when_the_page_is_looked_at_again() {
        String many = "Older " + System.nanoTime();
        for (int i = 0; i < 60; i++) {
            assertThat(client().createSession("{\"title\":\"" + many + "\"}")).isNotEmpty();
        }
        page.reload();
        page.locator("#sessions button.more:not(.quiet)").click();
        awaitTrue("document.querySelectorAll('#sessions li').length >= 60");
        int before = entry(many).count();
        String erased = client().createSession("{\"title\":\"Begun elsewhere\"}");
        evaluate("dispatchEvent(new Event('focus'))");
        assertThat(entry("Begun elsewhere")).hasCount(1);
        assertThat(entry(many)).hasCount(before);
        assertThat(client().send("DELETE", "/sessions/" + erased, "").status()).isEqualTo(204);
        evaluate("dispatchEvent(new Event('focus'))");

        assertThat(entry("Begun elsewhere")).hasCount(0);
        assertThat(entry(many)).hasCount(before);
    }

    @Test
    void more_of_one_search_is_not_added_to_the_hits_of_another() {
        for (int i = 0; i < 55; i++) {
            assertThat(client().createSession("{\"title\":\"Walrus " + i + "\"}")).isNotEmpty();
        }
        assertThat(client().createSession("{\"title\":\"The only narwhal\"}")).isNotEmpty();
        page.locator("#search").fill("walrus");
        assertThat(page.locator("#found")).containsText("50 conversations");
        List<Route> held = new ArrayList<>();
        page.route("**/v1/sessions?*after=*", held::add);
        page.locator("#sessions button.more:not(.quiet)").click();
        page.waitForCondition(() -> held.size() == 1);
        page.locator("#search").fill("narwhal");
        assertThat(page.locator("#sessions li")).hasCount(1);
        held.getFirst().resume();
        assertThat(held.getFirst().request().response().finished()).isNull();
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        assertThat(page.locator("#sessions li").count()).isEqualTo(1);
        page.locator("#search").fill("walrus");
        assertThat(page.locator("#found")).containsText("50 conversations");
        assertThat(page.locator("#sessions li")).hasCount(50);
        page.locator("#sessions button.more:not(.quiet)").click();
        page.waitForCondition(() -> held.size() == 2);
        held.getLast().resume();

        assertThat(page.locator("#sessions li")).hasCount(55);
    }

    @Test
    void what_could_not_be_deleted_here_and_is_deleted_elsewhere_says_so() {
        talk("Hard to delete.");
        String session = session();
        page.route("**/v1/sessions/" + session, route -> {
            if (route.request().method().equals("DELETE")) {
                route.fulfill(new Route.FulfillOptions().setStatus(500).setBody("{}"));
            } else {
                route.fallback();
            }
        });
        excuse("500");
        excuse("404");
        menu("Hard to delete.", "Delete");
        page.locator("dialog button.danger").click();
        assertThat(page.locator("#problem")).isVisible();
        assertThat(client().send("DELETE", "/sessions/" + session, "").status()).isEqualTo(204);

        assertThat(page.locator("#problem")).containsText("no longer exists");
        assertThat(page.locator("#empty")).isVisible();
    }

    @Test
    void a_conversation_that_begins_before_the_list_is_read_is_in_it() {
        talk("Here before.");
        newConversation();
        Deque<Runnable> answers = new ArrayDeque<>();
        page.route("**/v1/sessions?*", route -> {
            Route.FulfillOptions early = new Route.FulfillOptions().setResponse(route.fetch());
            answers.add(() -> route.fulfill(early));
        });
        page.reload();
        say("Faster than the list.");
        awaitOver(page);
        assertThat(answers).as("lists on their way").hasSize(1);
        answers.remove().run();
        assertThat(entry("Here before.")).hasCount(1);

        assertThat(entry("Faster than the list.")).hasCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "😀", "👩‍👩‍👧", "🇩🇪", "👍🏽", "e\u0301", "1️⃣" })
    void a_first_message_with_a_character_where_the_title_is_cut_begins_a_conversation(String character) {
        for (int before : List.of(60 - character.length(), 61 - character.length())) {
            newConversation();
            String said = "x".repeat(before) + character + " and more that does not fit into a title";
            talk(said);
            assertThat(inputs()).hasText(new String[] { said });
            assertThat(page.locator("#title"))
                    .hasText("x".repeat(before) + (before + character.length() <= 60 ? character : "") + "…");
        }
    }

    @Test
    void a_conversation_is_renamed_and_keeps_its_name() {
        talk("Rename me.");
        menu("Rename me.", "Rename");
        page.locator("#sessions li input").fill("A better name");
        page.locator("#sessions li input").press("Enter");
        assertThat(page.locator("#title")).hasText("A better name");
        page.reload();

        assertThat(page.locator("#title")).hasText("A better name");
        assertThat(entry("A better name")).hasAttribute("aria-current", "page");
    }

    @Test
    void a_conversation_is_deleted_for_good_but_not_by_a_slip() {
        talk("Delete me.");
        String session = session();
        assertThat(client().send("PATCH", "/sessions/" + session, "{\"title\":\"Delete\\u202e me.\"}").status()).isEqualTo(200);
        menu("Delete me.", "Delete");
        assertThat(page.locator("dialog p")).containsText("“\u2068Delete me.\u2069” and all its messages");
        page.locator("dialog button").first().click();
        assertThat(entry("Delete me.")).isVisible();
        menu("Delete me.", "Delete");
        page.locator("dialog button.danger").click();

        assertThat(page.locator("#empty")).isVisible();
        assertThat(entry("Delete me.")).hasCount(0);
        assertThat(client().send("GET", "/sessions/" + session, "").status()).isEqualTo(404);
    }

    @Test
    void a_conversation_that_somebody_else_deletes_says_so() {
        talk("Here today.");
        excuse("404");
        assertThat(client().send("DELETE", "/sessions/" + session(), "").status()).isEqualTo(204);

        assertThat(page.locator("#problem")).containsText("no longer exists");
        assertThat(page.locator("#empty")).isVisible();
        assertThat(entry("Here today.")).hasCount(0);
    }

    @Test
    void a_fork_goes_its_own_way_from_a_message() {
        talk("My name is Ada.");
        talk("My dog is called Rex.");
        String before = page.url();
        page.locator("#messages .assistant").first().hover();
        page.locator(".fork").first().click();
        page.waitForURL(url -> !url.equals(before));
        assertThat(page.locator("#messages > li")).hasCount(2);
        talk("What is my name?");

        assertThat(reply()).containsText("Your name is Ada.");
        page.goBack();
        assertThat(inputs()).hasText(new String[] { "My name is Ada.", "My dog is called Rex." });
    }

    @Test
    void a_link_leads_to_a_conversation_and_to_a_message_in_it() {
        String session = client().createSession("{\"title\":\"Long ago\"}");
        String list = IntStream.rangeClosed(1, 130)
                .mapToObj(number -> "{\"role\":\"user\",\"content\":\"Line " + number + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client().send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        page = newTab();
        open("/#" + session);
        assertThat(page.locator("#title")).hasText("Long ago");
        assertThat(inputs().last()).isInViewport();
        assertThat(inputs().last()).hasText("Line 130");

        page = newTab();
        open("/#" + session + "/m5");
        assertThat(page.locator("#m-m5")).isInViewport();
        assertThat(page.locator("#m-m5")).containsText("Line 5");
    }

    @Test
    void a_link_to_a_message_of_the_conversation_that_is_open_reads_up_to_it() {
        String session = client().createSession("{}");
        String list = IntStream.rangeClosed(1, 130)
                .mapToObj(number -> "{\"role\":\"user\",\"content\":\"Line " + number + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client().send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        open("/#" + session);
        assertThat(inputs()).hasCount(50);
        evaluate("location.hash = '#" + session + "/m5'");
        assertThat(page.locator("#m-m5")).isInViewport();
        assertThat(page.locator("#m-m5")).containsText("Line 5");
        excuse("404");
        evaluate("location.hash = '#" + session + "/m999'");

        assertThat(page.locator("#problem")).containsText("no longer part of the conversation");
    }

    @Test
    void earlier_messages_come_as_one_scrolls_up() {
        String session = client().createSession("{}");
        String list = IntStream.rangeClosed(1, 120)
                .mapToObj(number -> "{\"role\":\"user\",\"content\":\"Line " + number + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client().send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        open("/#" + session);
        assertThat(inputs().last()).hasText("Line 120");
        assertThat(inputs()).hasCount(50);
        page.locator("#scroll").hover();
        page.mouse().wheel(0, -100_000);
        assertThat(inputs()).hasCount(100);
        page.mouse().wheel(0, -100_000);

        assertThat(inputs()).hasCount(120);
        assertThat(inputs().first()).hasText("Line 1");
        assertThat(page.locator("#latest")).isVisible();
        page.locator("#latest").click();
        assertThat(inputs().last()).isInViewport();
    }

    @Test
    void everything_is_there_after_a_restart_of_the_service() {
        talk("My name is Ada.");
        String said = reply().textContent();
        excuse("ERR_");
        Map<String, String> again = settings();
        again.put("quarkus.http.port", Integer.toString(gateway.uri().getPort()));
        gateway.kill();
        gateway = Gateway.start(again);
        page.reload();

        assertThat(inputs()).hasText(new String[] { "My name is Ada." });
        assertThat(reply()).hasText(said);
        assertThat(entry("My name is Ada.").first()).isVisible();
        talk("What is my name?");
        assertThat(reply()).containsText("Your name is Ada.");
    }

    @Test
    void an_unknown_address_leads_to_a_new_conversation_and_a_word() {
        excuse("404");
        open("/#nobody-knows-this");

        assertThat(page.locator("#problem")).containsText("no longer exists");
        assertThat(page.locator("#empty")).isVisible();
    }

    private void newConversation() {
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
    }

    private Locator entry(String title) {
        return page.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText(title));
    }

    private void menu(String title, String entry) {
        Locator item = page.locator("#sessions li").filter(new Locator.FilterOptions().setHasText(title));
        item.hover();
        item.locator(".more").click();
        page.locator("[role=menuitem]").filter(new Locator.FilterOptions().setHasText(entry)).click();
    }
}

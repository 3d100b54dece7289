package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.parley.testing.Gateway;
import io.parley.testing.InBrowser;
import io.parley.testing.Timing;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two owners use one browser, one after the other: the second one meets nothing of the first one. */
class OwnersIT extends InBrowser {
    private static final String SECRET = "My secret is Rosebud.";
    @TempDir
    private static Path folder;
    private static Gateway gateway;
    private static int owners;
    private final String ada = "ada-" + ++owners;
    private final String eve = "eve-" + owners;

    @BeforeAll
    static void start() {
        Map<String, String> settings = new HashMap<>();
        settings.put("parley.data-dir", folder.resolve("data").toString());
        settings.put("parley.owner-header", "X-Owner");
        settings.put("parley.simulator.first-token-delay", "0S");
        settings.put("parley.simulator.token-interval", "0S");
        gateway = Gateway.start(Timing.soon(settings));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @BeforeEach
    void open() {
        signIn(ada);
        open("/");
        awaitList(page);
    }

    @Override
    protected URI home() {
        return gateway.uri();
    }

    @Override
    protected String printed() {
        return gateway.output();
    }

    @Test
    void a_draft_is_there_again_for_the_owner_who_wrote_it() {
        page.locator("#text").fill(SECRET);
        page.locator("#theme").selectOption("dark");
        page.reload();

        assertThat(page.locator("#text")).hasValue(SECRET);
        assertThat(page.locator("#theme")).hasValue("dark");
    }

    @Test
    void what_is_written_and_set_before_the_service_has_named_the_owner_stays() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/v1/**", held::add);
        page.evaluate("localStorage.clear(); sessionStorage.clear()");
        page.reload();
        page.locator("#text").fill(SECRET);
        page.locator("#theme").selectOption("dark");
        page.unroute("**/api/v1/**");
        held.forEach(Route::resume);
        awaitTrue(page, "localStorage.getItem('parley.theme') === 'dark'");
        assertThat(page.locator("#text")).hasValue(SECRET);
        page.reload();

        assertThat(page.locator("#text")).hasValue(SECRET);
        assertThat(page.locator("#theme")).hasValue("dark");
    }

    @Test
    void the_next_owner_meets_nothing_in_the_same_tab() {
        page.locator("#text").fill(SECRET);
        page.locator("#theme").selectOption("dark");
        signIn(eve);
        awaitLoads(2, page::reload, page);
        awaitList(page);

        assertThat(page.locator("#text")).hasValue("");
        assertThat(page.locator("#theme")).hasValue("");
        assertNothingKept(page);
        signIn(ada);
        awaitLoads(2, page::reload, page);
        awaitList(page);
        assertThat(page.locator("#text")).hasValue("");
    }

    @Test
    void a_page_that_is_open_lets_go_of_all_when_it_is_looked_at_again() {
        ChatPage.say(page, SECRET);
        ChatPage.awaitOver(page);
        page.locator("#text").fill("And a draft about Rosebud.");
        excuse("412");
        signIn(eve);
        awaitLoads(1, () -> evaluate("dispatchEvent(new Event('focus'))"), page);
        assertThat(page.locator("#empty")).isVisible();
        awaitList(page);

        assertNothingShown(page);
        assertThat(URI.create(page.url()).getFragment()).isNull();
        assertNothingKept(page);
    }

    @Test
    void all_tabs_let_go_when_another_owner_opens_one() {
        ChatPage.say(page, SECRET);
        ChatPage.awaitOver(page);
        Page second = newTab();
        second.navigate(home().toString());
        second.locator("#text").fill("Rosebud in another tab.");
        excuse("412");
        signIn(eve);
        Page eves = newTab();
        awaitLoads(1, () -> eves.navigate(home().toString()), page, second);
        awaitList(eves);
        for (Page tab : new Page[] { page, second, eves }) {
            assertThat(tab.locator("#empty")).isVisible();
            awaitList(tab);
            assertNothingShown(tab);
            assertNothingKept(tab);
        }
        ChatPage.say(second, "Hello from Eve.");
        ChatPage.awaitOver(second);
        assertThat(sessionsOf(eve)).hasSize(1);
    }

    @Test
    void what_one_owner_writes_is_not_sent_as_the_other_one() {
        excuse("412");
        page.locator("#text").fill(SECRET);
        signIn(eve);
        awaitLoads(1, () -> page.locator("#text").press("Enter"), page);
        awaitList(page);
        assertThat(page.locator("#empty")).isVisible();
        assertThat(page.locator("#text")).hasValue("");

        assertThat(sessionsOf(eve)).isEmpty();
        assertNothingKept(page);
    }

    @Test
    void an_input_that_waits_for_the_network_is_not_sent_as_the_other_one() {
        ChatPage.say(page, "Hello.");
        ChatPage.awaitOver(page);
        excuse("412");
        excuse("ERR_FAILED");
        page.route("**/turns", Route::abort);
        ChatPage.say(page, SECRET);
        assertThat(page.locator("#banner")).isVisible();
        assertThat(evaluate("Object.keys(localStorage).some(name => name.startsWith('parley.outbox.'))")).isEqualTo(true);
        signIn(eve);
        awaitLoads(1, () -> page.unroute("**/turns"), page);
        awaitList(page);
        assertThat(page.locator("#empty")).isVisible();

        assertNothingShown(page);
        assertNothingKept(page);
        assertThat(sessionsOf(eve)).isEmpty();
    }

    @Test
    void what_an_unknown_owner_has_left_is_removed() {
        evaluate("sessionStorage.setItem('parley.draft.', 'Rosebud'); localStorage.setItem('parley.outbox.x', 'Rosebud');"
                + " localStorage.removeItem('parley.owner'); sessionStorage.removeItem('parley.owner')");
        awaitLoads(2, page::reload, page);
        awaitList(page);

        assertThat(page.locator("#text")).hasValue("");
        assertNothingKept(page);
    }

    @Test
    void a_page_from_the_memory_of_the_browser_shows_nothing_until_its_owner_is_known() {
        ChatPage.say(page, SECRET);
        ChatPage.awaitOver(page);
        evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))");
        assertThat(page.locator("#messages")).isHidden();
        evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))");
        assertThat(page.locator("#messages")).isVisible();
        assertThat(page.locator("#messages")).containsText(SECRET);
        evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))");
        excuse("412");
        signIn(eve);
        awaitLoads(1, () -> evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"), page);
        assertThat(page.locator("#empty")).isVisible();
        awaitList(page);

        assertNothingShown(page);
    }

    @Test
    void a_page_from_the_memory_of_the_browser_waits_until_the_service_answers() {
        ChatPage.say(page, SECRET);
        ChatPage.awaitOver(page);
        excuse("ERR_FAILED");
        page.clock().install();
        // One question fails, another one is never answered.
        for (Consumer<Route> answer : List.<Consumer<Route>> of(Route::abort, route -> {
        })) {
            page.route("**/sessions?limit=1", answer);
            evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));"
                    + " dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))");
            page.clock().fastForward(5_100);
            assertThat(page.locator("#unknown-owner")).containsText("The server does not answer");
            assertThat(page.locator("#messages")).isHidden();
            assertThat(page.locator("#text")).isHidden();
            page.unroute("**/sessions?limit=1");
            page.clock().fastForward(5_100);
            assertThat(page.locator("#messages")).containsText(SECRET);
            assertThat(page.locator("#messages")).isVisible();
            assertThat(page.locator("#unknown-owner")).hasCount(0);
        }
    }

    /** Waits until these tabs have loaded their page so many times because of what is done. */
    private void awaitLoads(int loads, Runnable done, Page... tabs) {
        Map<Page, Integer> seen = new HashMap<>();
        for (Page tab : tabs) {
            seen.put(tab, 0);
            tab.onLoad(loaded -> seen.merge(loaded, 1, Integer::sum));
        }
        done.run();
        page.waitForCondition(() -> seen.values().stream().allMatch(count -> count >= loads));
    }

    private void signIn(String owner) {
        page.context().setExtraHTTPHeaders(Map.of("X-Owner", owner));
    }

    private static JsonNode sessionsOf(String owner) {
        return gateway.client().send("GET", "/sessions", null, "X-Owner", owner).json().get("data");
    }

    /** Waits until the page has read the list of conversations, and so knows whose page it is. */
    private static void awaitList(Page tab) {
        assertThat(tab.locator("#sessions > *").first()).isVisible();
    }

    private void assertNothingShown(Page tab) {
        assertThat((String) tab.evaluate("document.documentElement.textContent + text.value + document.title"))
                .doesNotContain("Rosebud");
    }

    private void assertNothingKept(Page tab) {
        assertThat((String) tab.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))
                .doesNotContain("Rosebud", "outbox", "dark");
    }
}

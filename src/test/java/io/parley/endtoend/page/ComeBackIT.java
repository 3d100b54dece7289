package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.parley.testing.FaultProxy;
import io.parley.testing.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever happens to the page, its network or the service: one comes back to everything, once and in order. */
class ComeBackIT extends ChatPage {

    @Test
    void a_reload_in_the_middle_of_a_reply_goes_on_without_gap_or_repetition() {
        say("[words=150][pace=30] Talk.");
        awaitGrown(page, 100);
        page.reload();
        awaitGrown(page, 300);
        page.reload();
        awaitGrown(page, 400);
        awaitOver(page);

        assertThat(inputs()).hasCount(1);
        assertShown(page, 150);
    }

    @Test
    void a_service_that_is_killed_and_started_again_takes_nothing_along() {
        talk("My name is Ada.");
        say("[words=4000][pace=30] Talk.");
        awaitGrown(page, 300);
        excuse("ERR_");
        Map<String, String> again = settings();
        again.put("quarkus.http.port", Integer.toString(gateway.uri().getPort()));
        gateway.kill();
        assertThat(page.locator("#banner")).containsText("The connection is lost");
        gateway = Gateway.start(again);
        awaitOver(page);

        assertThat(page.locator("#banner")).isHidden();
        assertThat(page.locator("#messages .assistant .note").last()).containsText("interrupted");
        assertThat(reply()).hasText(stored().getLast());
        // What is shown may be a quarter of a second ahead of what is stored.
        assertThat(stored().getLast().length()).isGreaterThan(200);
        talk("What is my name?");
        assertThat(reply()).containsText("Your name is Ada.");
    }

    @Test
    void a_network_that_breaks_in_the_middle_shows_no_gap_and_no_repetition() {
        try (FaultProxy network = FaultProxy.to(gateway.uri().getPort())) {
            Page far = newVisitor();
            excuse("ERR_");
            // The service takes a host of its own machine for its own, whatever the port.
            far.navigate("http://127.0.0.1:" + network.port() + "/");
            say(far, "[words=300][pace=20] Talk.");
            for (int cut = 1; cut <= 3; cut++) {
                awaitGrown(far, 300 * cut);
                network.reset();
            }
            awaitGrown(far, 1_100);
            network.cut();
            assertThat(far.locator("#banner")).isVisible();
            network.mend();
            awaitOver(far);

            assertThat(far.locator("#banner")).isHidden();
            assertThat(replies(far).last().textContent().split("\\s+")).hasSize(300);
        }
    }

    @Test
    void without_a_network_there_is_a_banner_and_what_is_said_arrives_later_once() {
        talk("Hello.");
        excuse("ERR_INTERNET_DISCONNECTED");
        page.context().setOffline(true);
        assertThat(page.locator("#banner")).containsText("You are offline");
        say("Said in a tunnel.");
        assertThat(inputs()).hasCount(2);
        assertThat(stored()).hasSize(2);
        page.context().setOffline(false);
        awaitTrue("document.querySelectorAll('#messages > .assistant').length === 2");
        awaitOver(page);

        assertThat(page.locator("#banner")).isHidden();
        assertThat(stored()).hasSize(4).contains("Said in a tunnel.");
    }

    @Test
    void a_page_closed_before_its_input_arrived_says_it_when_it_is_opened_again_once() {
        talk("Hello.");
        // The request arrives, and the page never learns of it.
        page.route("**/turns", route -> {
            assertThat(client().send("POST", "/sessions/" + session() + "/turns", route.request().postData(),
                    "Idempotency-Key", route.request().headerValue("idempotency-key")).status()).isBetween(200, 201);
            route.abort();
        });
        excuse("ERR_FAILED");
        say("Said as the page closed.");
        assertThat(page.locator("#banner")).isVisible();
        page.unroute("**/turns");
        page.reload();
        awaitTrue("document.querySelectorAll('#messages > .assistant').length === 2");
        awaitOver(page);

        assertThat(inputs()).hasText(new String[] { "Hello.", "Said as the page closed." });
        assertThat(stored()).hasSize(4);
    }

    @Test
    void a_tab_that_nobody_sees_gives_its_feed_up_and_catches_up_when_it_is_seen_again() {
        talk("Hello.");
        List<String> given = new ArrayList<>();
        page.onRequestFailed(request -> given.add(request.url()));
        page.clock().install();
        visible("hidden");
        page.clock().fastForward(6_000);
        page.waitForCondition(() -> given.stream().anyMatch(url -> url.matches(".*/sessions/[^/]+/events.*")));
        assertThat(client().say(session(), "Said elsewhere.").status()).isEqualTo(201);
        assertThat(inputs()).hasCount(1);
        visible("visible");

        assertThat(inputs()).hasText(new String[] { "Hello.", "Said elsewhere." });
        assertThat(replies(page)).hasCount(2);
    }

    @Test
    void a_second_tab_follows_live() {
        talk("Hello.");
        Page second = newTab();
        second.navigate(page.url());
        assertThat(second.locator("#messages > li")).hasCount(2);
        say("[words=200][pace=20] Talk.");
        awaitGrown(second, 100);
        awaitOver(page);
        awaitOver(second);

        assertThat(second.locator("#messages > li")).hasCount(4);
        assertThat(replies(second).last()).hasText(replies(page).last().textContent());
        say(second, "And from the other side?");
        assertThat(page.locator("#messages > li")).hasCount(6);
        awaitOver(page);
        Locator current = second.locator("#sessions li.current");
        page.locator("#sessions li.current .more").click();
        page.locator("[role=menuitem]").first().click();
        page.locator("#sessions li input").fill("Two tabs");
        page.locator("#sessions li input").press("Enter");
        assertThat(current).hasText("Two tabs");
        assertThat(second.locator("#title")).hasText("Two tabs");
    }

    @Test
    void a_reply_can_be_stopped_from_a_second_tab() {
        say("[words=5000][pace=20] Talk.");
        awaitGrown(page, 50);
        Page second = newTab();
        second.navigate(page.url());
        awaitGrown(second, 50);
        second.locator("#stop").click();
        awaitOver(second);
        awaitOver(page);

        assertThat(page.locator("#messages .assistant .note")).containsText("stopped");
        assertThat(reply()).hasText(stored().getLast());
    }

    /** A browser without a window shows all of its tabs, so that one can only be told that it is hidden. */
    private void visible(String state) {
        evaluate("Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => '" + state + "'});"
                + " document.dispatchEvent(new Event('visibilitychange'))");
    }

    private void assertShown(Page tab, int words) {
        assertThat(replies(tab).last().textContent().split("\\s+")).hasSize(words);
        assertThat(replies(tab).last().innerText()).isEqualToIgnoringWhitespace(stored().getLast());
    }
}

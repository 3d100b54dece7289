package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Pixels;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys on the chat page: an input method has its own, a phone has another Enter, and the focus is never lost. */
class KeysIT extends ChatPage {
    /** The ways in which browsers report a key that an input method uses. */
    private static final List<String> CONVERSIONS = List.of("isComposing: true, keyCode: 13", "isComposing: true, keyCode: 229",
            "keyCode: 229", "keyCode: 13");
    private static final byte[] DOT = Pixels.file(Pixels.halves(40, 20), "png");

    /** Notes each frame in which nothing has the focus. */
    @BeforeEach
    void watchTheFocus() {
        evaluate("window.fallen = []; let last = null; const look = () => { const now = document.activeElement;"
                + " if (now === document.body && last !== now) fallen.push(last.outerHTML.slice(0, 200));"
                + " last = now; requestAnimationFrame(look); }; requestAnimationFrame(look); 0");
    }

    @Test
    void a_key_of_an_input_method_sends_and_saves_nothing() {
        talk("Good day.");
        page.locator("#text").fill("こんにちは");
        convert("#text", "Enter");
        page.locator(".user .edit").click();
        page.locator(".edit-form textarea").fill("今日は");
        convert(".edit-form textarea", "Enter");
        convert(".edit-form textarea", "Escape");
        assertThat(page.locator(".edit-form textarea")).hasValue("今日は");
        page.locator(".edit-form button").first().click();
        menu("Good day.", "Rename");
        page.locator("#sessions li input").fill("東京");
        convert("#sessions li input", "Enter");
        convert("#sessions li input", "Escape");
        assertThat(page.locator("#sessions li input")).hasValue("東京");
        page.locator("#sessions li input").press("Enter");
        assertThat(page.locator("#title")).hasText("東京");
        page.locator("#search").fill("東");
        convert("#search", "Escape");
        assertThat(page.locator("#search")).hasValue("東");
        page.locator("#show-settings").click();
        page.locator("#temperature").fill("1");
        convert("#temperature", "Enter");
        convert("#system-prompt", "Escape");
        assertThat(page.locator("#panel")).isVisible();

        assertThat(page.locator("#text")).hasValue("こんにちは");
        assertThat(stored()).hasSize(2);
        assertThat(client().send("GET", "/sessions/" + session(), "").json().path("temperature").isNumber()).isFalse();
        page.locator("#text").press("Enter");
        assertThat(inputs().last()).hasText("こんにちは");
    }

    @Test
    void a_key_of_an_input_method_does_not_stop_a_reply() {
        say("[words=5000][pace=20] Talk.");
        awaitGrown(page, 20);
        convert("#text", "Escape");
        assertThat(page.locator("#status")).hasText("answering …");
        page.locator("#text").press("Escape");
        awaitOver(page);

        assertThat(page.locator("#messages .assistant .note")).containsText("stopped");
    }

    @Test
    void what_is_not_converted_yet_is_not_searched_for() {
        evaluate("window.asked = []; const real = fetch; window.fetch = (...of) => { asked.push(String(of[0].url ?? of[0]));"
                + " return real(...of); }; search.value = 'にほn';"
                + " search.dispatchEvent(new InputEvent('input', {isComposing: true, bubbles: true})); 0");
        evaluate("new Promise(done => setTimeout(done, 400))");
        assertThat((List<?>) evaluate("asked.filter(url => url.includes('q='))")).isEmpty();
        evaluate("search.value = '日本'; search.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); 0");

        awaitTrue("asked.filter(url => url.includes('q=')).length === 1");
        assertThat(page.locator("#found")).hasText("0 conversations found");
    }

    @Test
    void enter_on_a_phone_breaks_the_line() {
        page = newVisitor(new Browser.NewContextOptions().setViewportSize(375, 760).setHasTouch(true).setIsMobile(true));
        open("/");
        assertThat(page.locator("#text")).hasAttribute("enterkeyhint", "enter");
        assertThat(page.locator("#keys")).not().isVisible();
        page.locator("#text").tap();
        page.keyboard().type("One");
        page.keyboard().press("Enter");
        page.keyboard().type("Two");
        assertThat(page.locator("#text")).hasValue("One\nTwo");
        watchTheFocus();
        page.locator("#send").tap();
        awaitOver(page);
        assertThat(inputs()).hasText(new String[] { "One\nTwo" });
        page.locator(".user .edit").tap();
        page.locator(".edit-form textarea").press("Enter");
        assertThat(page.locator(".edit-form textarea")).hasValue("One\nTwo\n");
        page.locator(".edit-form button[type=submit]").tap();
        awaitOver(page);
        page.locator("#text").fill("By a real keyboard.");
        page.locator("#text").press("Control+Enter");
        assertThat(inputs().last()).hasText("By a real keyboard.");
        awaitOver(page);

        assertNeverFallen();
    }

    @Test
    void the_focus_stays_where_a_message_is_sent_and_stopped() {
        page.locator("#text").fill("[words=5000][pace=20] Talk.");
        page.locator("#send").click();
        awaitGrown(page, 20);
        assertThat(page.locator("#text")).isFocused();
        page.locator("#stop").focus();
        page.keyboard().press("Enter");
        awaitOver(page);
        assertThat(page.locator("#text")).isFocused();
        say("[words=100][pace=10] Talk.");
        page.locator("#stop").focus();
        awaitOver(page);

        assertThat(page.locator("#text")).isFocused();
        assertNeverFallen();
    }

    @Test
    void the_focus_stays_with_a_reply_that_is_asked_for_again() {
        talk("[words=20] Talk.");
        page.locator(".regenerate").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator(".choice")).containsText("2/2");
        awaitOver(page);
        assertThat(focused("closest('li').matches('#messages > .assistant')")).isEqualTo(true);
        talk("[fail=500] Fail.");
        page.locator(".retry").focus();
        page.keyboard().press("Enter");
        awaitTrue("document.activeElement.matches('#messages > li:last-child')");
        awaitOver(page);

        assertThat(focused("closest('#messages > li:last-child') !== null")).isEqualTo(true);
        assertNeverFallen();
    }

    @Test
    void the_focus_goes_back_to_where_an_edit_was_begun() {
        talk("Hello.");
        page.locator("#text").focus();
        page.keyboard().press("ArrowUp");
        assertThat(page.locator(".edit-form textarea")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator("#text")).isFocused();
        page.locator(".user .edit").focus();
        page.keyboard().press("Enter");
        page.keyboard().press("Escape");
        assertThat(page.locator(".user .edit")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator(".user .edit")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().press("Enter");
        assertThat(page.locator(".earlier")).hasCount(1);
        awaitOver(page);

        assertNeverFallen();
    }

    @Test
    void the_focus_goes_to_a_neighbour_of_a_conversation_that_is_deleted() {
        for (String title : List.of("Alpha.", "Beta.", "Gamma.")) {
            page.locator("#new").click();
            talk(title);
        }
        menu("Beta.", "Delete");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(actions("Beta.")).isFocused();
        menu("Beta.", "Delete");
        page.locator("dialog button.danger").click();
        assertThat(actions("Beta.")).hasCount(0);
        assertThat(entry("Alpha.")).isFocused();
        menu("Gamma.", "Delete");
        page.locator("dialog button.danger").click();
        assertThat(actions("Gamma.")).hasCount(0);
        assertThat(page.locator("#text")).isFocused();

        assertNeverFallen();
    }

    @Test
    void the_focus_stays_when_others_change_what_is_shown() {
        talk("One.");
        talk("Two.");
        page.locator("#messages > .user .copy").last().focus();
        String last = client().messages(session()).get(2).get("id").asText();
        assertThat(client().send("DELETE", "/sessions/" + session() + "/messages/" + last, "").status()).isEqualTo(204);
        assertThat(page.locator("#messages > .user")).hasCount(1);
        assertThat(focused("closest('#messages > li') !== null")).isEqualTo(true);
        page.locator(".user .edit").first().focus();
        assertThat(
                client().send("POST", "/sessions/" + session() + "/turns", "{\"content\":\"[words=40][pace=20] Elsewhere.\"}")
                        .status())
                .isLessThan(300);
        awaitOver(page);
        assertThat(focused("closest('#messages > li') !== null")).isEqualTo(true);
        page.locator("#sessions .more").first().focus();
        assertThat(client().send("PATCH", "/sessions/" + session(), "{\"title\":\"Renamed elsewhere\"}").status())
                .isEqualTo(200);
        assertThat(page.locator("#title")).hasText("Renamed elsewhere");
        assertThat(page.locator("#sessions .more").first()).isFocused();
        page.locator("#messages .copy").first().focus();
        excuse("404");
        assertThat(client().send("DELETE", "/sessions/" + session(), "").status()).isEqualTo(204);
        assertThat(page.locator("#problem")).isVisible();
        page.locator("#problem button").focus();
        page.keyboard().press("Enter");

        assertThat(page.locator("#text")).isFocused();
        assertNeverFallen();
    }

    @Test
    void the_focus_stays_beside_small_things_that_go_away() {
        talk("[words=1500] Talk.");
        evaluate("document.getElementById('scroll').scrollTop = 0");
        assertThat(page.locator("#latest")).isVisible();
        page.locator("#latest").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#scroll")).isFocused();
        page.locator("#files").setInputFiles(new FilePayload[] { new FilePayload("one.png", "image/png", DOT),
                new FilePayload("two.png", "image/png", DOT) });
        assertThat(page.locator("#pictures button")).hasCount(2);
        page.locator("#pictures button").first().focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#pictures button")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("#text")).isFocused();
        page.locator("#show-settings").click();
        page.locator(".settings .add").focus();
        page.keyboard().press("Enter");
        assertThat(focused("closest('.policies') !== null")).isEqualTo(true);
        screen(375, 760, false);
        assertThat(focused("closest('#panel') !== null")).isEqualTo(true);
        page.locator("#shade").evaluate("shade => shade.click()");
        assertThat(page.locator("#show-settings")).isFocused();

        assertNeverFallen();
    }

    /** Presses a key in a field in each of the ways in which a browser reports one that an input method uses. */
    private void convert(String field, String key) {
        for (String how : CONVERSIONS) {
            page.locator(field).evaluate("field => { field.focus();"
                    + " field.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}));"
                    + " field.dispatchEvent(new KeyboardEvent('keydown', {key: '" + key + "', " + how
                    + ", bubbles: true, cancelable: true}));"
                    + " field.dispatchEvent(new KeyboardEvent('keyup', {key: '" + key + "', bubbles: true})); }");
        }
    }

    private void assertNeverFallen() {
        assertThat((List<?>) evaluate(
                "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(fallen))))"))
                .as("elements that lost the focus to the body").isEmpty();
    }

    private Object focused(String member) {
        return evaluate("document.activeElement." + member);
    }

    private Locator entry(String title) {
        return page.locator("#sessions li a").filter(new Locator.FilterOptions().setHasText(title));
    }

    private Locator actions(String title) {
        return page.locator("#sessions li").filter(new Locator.FilterOptions().setHasText(title)).locator(".more");
    }

    /** By keyboard. */
    private void menu(String title, String entry) {
        actions(title).focus();
        page.keyboard().press("Enter");
        page.locator("[role=menuitem]").filter(new Locator.FilterOptions().setHasText(entry)).focus();
        page.keyboard().press("Enter");
    }
}

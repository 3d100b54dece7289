package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Photo;
import io.parley.testing.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a screen reader finds and says on the chat page, and that rules of accessibility hold in each of its states. */
class SpokenIT extends ChatPage {
    /** Notes each text that is read aloud, and each alert. */
    private static final String LISTEN = "window.said = []; window.told = ''; window.alerts = []; new MutationObserver(changes => {"
            + " const text = document.getElementById('settled').textContent; if (text !== told && text !== '') said.push(text); told = text;"
            + " changes.forEach(({addedNodes}) => addedNodes.forEach(node => node.role === 'alert' && alerts.push(node.textContent)"
            + " || node.querySelectorAll?.('[role=alert]:not([hidden])').forEach(each => alerts.push(each.textContent))));"
            + " }).observe(document.getElementById('stage'), {subtree: true, childList: true, characterData: true}); 0";
    private static final String SPEAK = """
            async text => {
              const { render } = await import('/page/markdown.js');
              const { spoken } = await import('/page/speech.js');
              await (await import('/page/math.js')).drawMath();
              const element = document.createElement('div');
              element.append(render(text));
              return spoken(element);
            }""";

    private int states;

    @Test
    void a_reply_is_read_once_and_as_text() {
        evaluate(LISTEN);
        talk("Show me markdown. [pace=5]");
        awaitTrue("said.length > 0");
        String said = (String) evaluate("said[0]");

        assertThat(said).startsWith("Markdown\n").contains("bold", "void main()").doesNotContain("**", "# ", "| ", "```", "$");
        assertThat(stored().getLast()).contains("**", "# ", "| ", "```");
        awaitTrue("document.getElementById('settled').textContent === ''");
        assertThat((List<?>) evaluate("said")).hasSize(1);
        page.locator(".regenerate").click();
        assertThat(page.locator(".choice")).containsText("2/2");
        awaitTrue("said.length === 2");
    }

    @Test
    void the_marks_of_markdown_are_not_read() {
        Map<String, String> expected = Map.of("**Bold**, _lean_ and `code`.", "Bold, lean and code.", "# Title\n\nText",
                "Title\nText",
                "1. one\n2. two", "1. one\n2. two", "3. three\n4. four\n   - inner", "3. three\n4. four\ninner",
                "| a | b |\n| --- | --- |\n| 1 | 2 |", "a, b\n1, 2", "- [x] washed\n- [ ] dried", "done: washed\nopen: dried",
                "```java\nint a = 1;\nint b;\n```", "int a = 1;\nint b;", "See [the page](https://example.org/a?b).",
                "See the page.",
                "$\\frac{a}{b}$ and $x^2$", "a over b and x to the power of 2", "> quoted\n> words\n\nline\\\nbreak",
                "quoted words\nline\nbreak");
        expected.forEach((text, said) -> assertThat(page.evaluate(SPEAK, text)).as(text).isEqualTo(said));
    }

    @Test
    void a_reply_that_failed_is_an_alert_and_is_told_once() {
        evaluate(LISTEN);
        talk("My name is Ada. [fail=cut]");
        assertThat(page.getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("broke off"))).isVisible();
        assertThat(page.locator("#messages .assistant .note")).containsText("failed");
        page.locator("#show-meter").click();
        assertThat(page.locator(".figure")).isVisible();
        assertThat((List<?>) evaluate("alerts")).hasSize(1);
        page.reload();
        assertThat(page.getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("The text so far is kept")))
                .isVisible();
        talk("[fail=500] Fail without a word.");
        assertThat(page.locator("#messages > li:last-child [role=alert]")).isVisible();
        say("[first=60000] Think long.");
        page.locator("#stop").click();
        awaitOver(page);

        // What was stopped on purpose is no alarm.
        assertThat(page.locator("#messages > li:last-child .lost")).containsText("no reply");
        assertThat(page.locator("#messages > li:last-child [role=alert]")).hasCount(0);
    }

    @Test
    void each_reply_has_one_heading_to_jump_to() {
        talk("Show me markdown.");
        talk("Hello.");
        assertThat(headings("#messages", 2)).hasText(new String[] { "Parley said:", "Parley said:" });
        assertThat(page.locator("h1:not([aria-level])")).hasCount(1);
        assertThat(reply("Markdown").locator("h1")).hasAttribute("aria-level", "3");
        say("[words=200][pace=20] Talk.");
        awaitGrown(page, 20);
        assertThat(headings("#messages", 2)).hasCount(3);
        awaitOver(page);

        assertThat(headings("#messages", 2)).hasCount(3);
    }

    @Test
    void a_link_skips_the_list() {
        talk("Hello.");
        page.reload();
        assertThat(inputs()).hasCount(1);
        String url = page.url();
        page.locator("#new").focus();
        page.keyboard().press("Shift+Tab");
        assertThat(page.locator("#skip")).isFocused();
        assertThat(page.locator("#skip")).isInViewport();
        screenshot("skip-link");
        assertAccessible();
        page.keyboard().press("Enter");
        assertThat(page.locator("#scroll")).isFocused();
        page.keyboard().press("Tab");

        assertThat(evaluate("document.activeElement.closest('#scroll') !== null")).isEqualTo(true);
        assertThat(page.url()).isEqualTo(url);
    }

    @Test
    void the_list_is_one_stop_for_tab_and_is_gone_through_with_arrows() {
        String prefix = "Stop " + page.url().hashCode();
        for (int number = 1; number <= 60; number++) {
            String made = client().createSession("{\"title\":\"" + prefix + " " + number + "\"}");
            assertThat(made).isNotEmpty();
        }
        page.reload();
        assertThat(page.locator("#sessions li")).hasCount(50);
        assertThat(page.locator("#sessions [tabindex='0']")).hasCount(1);
        page.locator("#search").focus();
        page.keyboard().press("Tab");
        assertThat(link(0)).isFocused();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowUp");
        assertThat(link(1)).isFocused();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("#sessions li .more").nth(1)).isFocused();
        page.keyboard().press("ArrowLeft");
        assertThat(link(1)).isFocused();
        page.keyboard().press("Tab");
        assertThat(page.locator("#theme")).isFocused();
        page.keyboard().press("Shift+Tab");
        assertThat(link(1)).isFocused();
        page.keyboard().press("End");
        assertThat(page.locator("#sessions > .more")).isFocused();
        page.keyboard().press("Enter");
        assertThat(link(50)).isFocused();
        assertThat(page.locator("#sessions [tabindex='0']")).hasCount(1);
        page.keyboard().press("Home");
        page.keyboard().press("ArrowUp");
        assertThat(link(0)).isFocused();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");

        assertThat(page.locator("#sessions li.current a")).hasText(prefix + " 59");
        assertThat(page.locator("#sessions [aria-current=page]")).hasAttribute("tabindex", "0");
    }

    @Test
    void rules_of_accessibility_hold_in_every_state() {
        excuse("404");
        assertAccessible();
        talk("Show me markdown. [pace=5]");
        state("settled");
        page.locator(".user .edit").click();
        state("edit");
        page.locator(".edit-form textarea").press("Enter");
        assertThat(page.locator(".earlier")).hasCount(1);
        awaitOver(page);
        page.locator(".earlier summary").click();
        assertThat(page.locator(".earlier .message")).hasCount(2);
        page.locator(".regenerate").click();
        assertThat(page.locator(".choice")).containsText("2/2");
        awaitOver(page);
        state("versions");
        say("[words=5000][pace=20] Talk.");
        awaitGrown(page, 50);
        state("running");
        page.keyboard().press("Escape");
        awaitOver(page);
        talk("[fail=cut] My name is Ada.");
        state("failed");
        say("[first=60000] Think long.");
        page.locator("#stop").click();
        awaitOver(page);
        state("no-reply");
        page.locator("#files").setInputFiles(new FilePayload("photo.png", "image/png", Photo.png(1)));
        assertThat(page.locator("#pictures img")).hasCount(1);
        page.locator("#files").setInputFiles(new FilePayload("notes.txt", "text/plain", new byte[] { 65 }));
        assertThat(page.locator("#problem")).isVisible();
        state("problem");
        page.locator("#problem button").click();
        page.locator("#sessions li .more").first().focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("[role=menu]")).isVisible();
        state("menu");
        page.locator("[role=menuitem]").last().click();
        assertThat(page.locator("dialog")).isVisible();
        state("question");
        page.keyboard().press("Escape");
        page.locator("#sessions li .more").first().focus();
        page.keyboard().press("Enter");
        page.locator("[role=menuitem]").first().click();
        state("rename");
        page.keyboard().press("Escape");
        page.locator("#search").fill("nothing has this text at all");
        assertThat(page.locator("#sessions > .note")).isVisible();
        state("nothing-found");
        page.context().setOffline(true);
        assertThat(page.locator("#banner")).isVisible();
        state("offline");
        page.context().setOffline(false);
        excuse("ERR_INTERNET_DISCONNECTED");
        excuse("ERR_NETWORK");
    }

    /** Judges and keeps what is seen, in both schemes of colours and on a phone; a small run takes them in turns. */
    private void state(String name) {
        int turn = states++ % 3;
        if (Size.FULL || turn == 0) {
            look("state-" + name + "-light", 1000, false);
        }
        if (Size.FULL || turn == 1) {
            look("state-" + name + "-dark", 1000, true);
        }
        if (Size.FULL || turn == 2) {
            look("state-" + name + "-375", 375, false);
        }
        screen(1000, 800, false);
    }

    private void look(String name, int width, boolean dark) {
        screen(width, 800, dark);
        awaitStill();
        screenshot(name);
        assertThat(((Number) evaluate("document.documentElement.scrollWidth")).intValue()).as("width of " + name)
                .isEqualTo(width);
        assertAccessible();
    }

    private void awaitStill() {
        awaitTrue("document.getAnimations().every(animation => animation.playState !== 'running'"
                + " || animation.effect.getTiming().iterations === Infinity)");
    }

    private Locator link(int at) {
        return page.locator("#sessions li a").nth(at);
    }

    private Locator reply(String text) {
        return replies(page).filter(new Locator.FilterOptions().setHasText(text));
    }

    private Locator headings(String within, int level) {
        return page.locator(within).getByRole(AriaRole.HEADING, new Locator.GetByRoleOptions().setLevel(level));
    }
}

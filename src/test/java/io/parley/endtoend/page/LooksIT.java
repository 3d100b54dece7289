package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import io.parley.testing.Size;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How the page looks on every screen, and that it can be used by keyboard and by ear. */
class LooksIT extends ChatPage {
    private static final List<String> VIEWS = List.of("context", "meter", "settings");

    @Test
    void it_can_be_read_and_used_on_every_screen() {
        talk("Show me markdown with averyveryverylongwordthatdoesnotfitintoanylineofatelephoneatall, please.");
        for (boolean dark : List.of(false, true)) {
            // A small run needs only a narrow light screen and a wide dark one.
            for (int width : Size.FULL ? List.of(375, 1280) : List.of(dark ? 1280 : 375)) {
                screen(width, 760, dark);
                look("page", width, dark);
                for (String view : VIEWS) {
                    page.locator("#show-" + view).click();
                    assertThat(page.locator("#panel .panel-body > *").first()).isVisible();
                    look(view, width, dark);
                    page.locator("#panel .panel-head button").click();
                }
                if (width < 500) {
                    page.locator("#open-sidebar").click();
                    assertThat(page.locator("#close-sidebar")).isFocused();
                    look("list", width, dark);
                    page.keyboard().press("Escape");
                    assertThat(page.locator("#open-sidebar")).isFocused();
                }
            }
        }
        screen(1000, 800, false);
        page.locator("#new").click();
        look("empty", 1000, false);
    }

    @Test
    void the_colours_are_those_of_the_device_unless_another_choice_is_made() {
        screen(1000, 800, true);
        assertThat(background()).matches(this::isDark);
        page.locator("#theme").selectOption("light");
        assertThat(background()).matches(colour -> !isDark(colour));
        page.reload();
        assertThat(background()).matches(colour -> !isDark(colour));
        screen(1000, 800, false);
        page.locator("#theme").selectOption("dark");
        assertThat(background()).matches(this::isDark);
    }

    @Test
    void everything_can_be_done_by_keyboard() {
        page.keyboard().type("My name is Ada.");
        page.keyboard().press("Shift+Enter");
        page.keyboard().type("Second line.");
        page.keyboard().press("Enter");
        assertThat(page.locator("#messages .assistant")).hasCount(1);
        awaitOver(page);
        assertThat(inputs()).hasText(new String[] { "My name is Ada.\nSecond line." });
        assertThat(page.locator("#text")).isFocused();
        page.keyboard().press("ArrowUp");
        assertThat(page.locator(".edit-form textarea")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator(".edit-form")).hasCount(0);
        page.locator("#text").focus();
        page.keyboard().type("[words=5000][pace=20] Talk.");
        page.keyboard().press("Enter");
        awaitGrown(page, 20);
        page.keyboard().press("Escape");
        awaitOver(page);
        assertThat(page.locator("#messages .assistant .note").last()).containsText("stopped");
        page.keyboard().press("Control+Shift+O");
        assertThat(page.locator("#empty")).isVisible();
    }

    @Test
    void what_a_panel_covers_on_a_phone_is_out_of_reach_until_it_closes() {
        talk("Hello.");
        screen(375, 760, false);
        for (String view : VIEWS) {
            page.locator("#show-" + view).click();
            assertThat(page.locator("#panel .panel-head button")).isFocused();
            assertThat(page.locator("#stage")).hasAttribute("inert", "");
            for (int i = 0; i < 40; i++) {
                page.keyboard().press("Tab");
                assertThat(evaluate("document.activeElement.closest('#stage, #sidebar')?.id ?? ''")).isEqualTo("");
            }
            page.locator("#panel .panel-head button").click();
            assertThat(page.locator("#show-" + view)).isFocused();
        }
        page.locator("#show-context").click();
        page.locator(".fates button").first().click();
        assertThat(page.locator("#panel")).isHidden();
        page.locator("#show-context").click();
        screen(1280, 760, false);
        assertThat(page.locator("#panel")).isVisible();
        page.locator("#text").click();
        assertThat(page.locator("#text")).isFocused();
    }

    @Test
    void a_menu_is_left_by_keyboard() {
        talk("Hello.");
        page.locator("#sessions .more").first().focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("[role=menuitem]").first()).isFocused();
        page.keyboard().press("Tab");

        assertThat(page.locator("[role=menu]")).hasCount(0);
        assertThat(evaluate("document.activeElement !== document.body && document.activeElement.id")).isEqualTo("theme");
    }

    @Test
    void a_reply_is_read_aloud_once_it_is_whole() {
        // The text stands there for some seconds only.
        evaluate("window.read = []; new MutationObserver(() => read.push(document.getElementById('settled').textContent))"
                + ".observe(document.getElementById('settled'), { subtree: true, childList: true, characterData: true })");
        say("[words=100][pace=10] Talk.");
        awaitGrown(page, 50);
        assertThat(page.locator("#settled")).hasText("");
        assertThat(page.locator("#messages .running")).hasAttribute("aria-busy", "true");
        awaitOver(page);
        String reply = stored().getLast().strip().replaceAll("\\s+", " ");
        page.waitForCondition(
                () -> ((List<?>) evaluate("read.map(text => text.trim().replace(/\\s+/g, ' '))")).contains(reply));
        assertThat(page.locator("#settled")).hasAttribute("aria-live", "polite");
    }

    @Test
    void one_who_reads_further_up_is_left_there() {
        talk("[words=1500] Talk.");
        say("[words=300][pace=10] More.");
        awaitGrown(page, 50);
        evaluate("document.getElementById('scroll').scrollTop = 0");
        assertThat(page.locator("#latest")).isVisible();
        awaitOver(page);
        assertThat(((Number) evaluate("document.getElementById('scroll').scrollTop")).intValue()).isZero();
        page.locator("#latest").click();
        assertThat(page.locator("#latest")).isHidden();
    }

    @Test
    void the_inspector_shows_what_is_sent_and_what_is_left_out() {
        for (int i = 0; i < 4; i++) {
            talk("[words=40] Number " + i);
        }
        page.locator("#show-context").click();
        assertThat(page.locator(".fates li")).hasCount(8);
        assertThat(page.locator(".fates .kept")).hasCount(8);
        page.locator("#trial").selectOption("sliding-window");
        page.locator("#show-settings").click();
        page.locator("#policy-0").selectOption("sliding-window");
        page.locator("#policy-0-maxMessages").fill("2");
        page.locator("#system-prompt").fill("You are brief.");
        page.locator("#facts").fill("The user is Ada.\nShe lives in Turin.");
        page.locator(".settings button[type=submit]").click();
        assertThat(page.locator(".settings [role=status]")).containsText("Saved");
        page.locator("#show-context").click();

        assertThat(page.locator(".fates .omitted").first()).isVisible();
        assertThat(page.locator(".bar.large .system")).hasCount(1);
        assertThat(page.locator(".bar.large .facts")).hasCount(1);
        assertThat(page.locator("#messages > li[data-context=omitted]").first()).isAttached();
        assertThat(page.locator(".bars [role=img]")).hasAttribute("aria-label",
                Pattern.compile("of 128,000 tokens of the context window: "));
        page.locator("#text").fill("And what I am writing");
        assertThat(page.locator(".fates li").last()).containsText("not sent yet");
        look("inspector", 1280, false);
        look("inspector", 1280, true);
    }

    @Test
    void the_meter_shows_each_turn_and_what_it_would_have_cost() {
        page.locator("#show-settings").click();
        page.locator("#policy-0").selectOption("sliding-window");
        page.locator("#policy-0-maxMessages").fill("4");
        page.locator(".settings button[type=submit]").click();
        assertThat(page.locator(".settings [role=status]")).containsText("Kept for the first message");
        for (int i = 0; i < 8; i++) {
            talk("[words=150] Number " + i);
        }
        page.locator("#show-meter").click();

        assertThat(page.locator(".plot g")).hasCount(8);
        // The window of four messages is full with the third turn.
        assertThat(page.locator(".plot .ghost")).hasCount(6);
        assertThat(page.locator(".figure")).containsText("for 8 turns");
        assertThat(page.locator(".saved")).containsText("that sending all messages, uncached, would have cost");
        page.locator("label[for=meter-cost]").click();
        assertThat(page.locator(".plot .tick").first()).containsText("$");
        page.locator(".as-table summary").click();
        assertThat(page.locator(".as-table tbody tr")).hasCount(8);
        look("meter-of-many", 1280, false);
        look("meter-of-many", 1280, true);
    }

    @Test
    void a_setting_that_is_refused_says_why_at_its_field() {
        talk("Hello.");
        page.locator("#show-settings").click();
        page.locator("#temperature").fill("7");
        excuse("400");
        page.locator(".settings button[type=submit]").click();

        assertThat(page.locator("[data-of=temperature]")).containsText("from 0 to 2");
    }

    /** Judges and keeps what is seen. */
    private void look(String name, int width, boolean dark) {
        screen(width, 760, dark);
        awaitTrue("document.getAnimations().every(animation => animation.playState !== 'running'"
                + " || animation.effect.getTiming().iterations === Infinity)");
        screenshot(name + "-" + width + (dark ? "-dark" : "-light"));
        assertThat(((Number) evaluate("document.documentElement.scrollWidth")).intValue()).as("width of " + name)
                .isEqualTo(width);
        assertAccessible();
    }

    private String background() {
        Locator stage = page.locator("#stage");
        return (String) stage.evaluate("element => getComputedStyle(element).backgroundColor");
    }

    private boolean isDark(String colour) {
        return Pattern.compile("\\d+").matcher(colour).results().mapToInt(number -> Integer.parseInt(number.group())).limit(3)
                .sum() < 200;
    }
}

package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import io.parley.testing.FakeReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of the page agree with each other, and compare what can be compared. */
class FiguresIT extends ModelledPage {
    private static final String MINI = "{\"model\":\"gpt-4o-mini\"}";

    @Test
    void where_nothing_was_trimmed_and_nothing_cached_there_is_no_word_of_a_saving() {
        // Parley counts some ten tokens: the provider's own figure may be larger or smaller, by little or by much.
        for (int reported : List.of(3, 9, 12, 14, 1_000)) {
            open("/#" + gateway.client().createSession(MINI));
            said("Hello.", reported, 0, 5);
            said("And again.", reported + 20, 0, 7);
            page.locator("#show-meter").click();
            assertThat(page.locator(".figure")).containsText("for 2 turns");

            assertThat(page.locator(".saved")).hasCount(0);
            assertThat(page.locator(".ghost")).hasCount(0);
            assertThat(page.locator("#panel")).not().containsText("less than");
            assertThat(page.locator("#panel")).not().containsText("ithout trimming");
            page.locator(".as-table summary").click();
            assertThat(page.locator("#panel")).not().containsText("uncached");
            page.locator("label[for=meter-cost]").click();
            assertThat(page.locator(".plot .tick").first()).containsText("$");
            assertThat(page.locator(".ghost")).hasCount(0);
            page.locator("#show-context").click();
            assertThat(page.locator(".fates li")).hasCount(4);
            assertThat(page.locator("#panel")).not().containsText("uncached");
            page.locator("#panel .panel-head button").click();
        }
    }

    @Test
    void what_the_cache_has_saved_is_told_to_the_percent() {
        open("/#" + gateway.client().createSession(MINI));
        said("Hello.", 2_000, 1_500, 5);
        page.locator("#show-meter").click();

        // 500 x 0.15 + 1,500 x 0.075 + 5 x 0.60 in place of 2,000 x 0.15 + 5 x 0.60
        assertThat(page.locator(".saved")).containsText("37 % less than the $0.000303 that sending all messages, uncached");
        assertThat(page.locator(".ghost")).hasCount(0);
        page.locator("label[for=meter-cost]").click();
        assertThat(page.locator(".ghost")).hasCount(1);
        screenshot("saved");
    }

    @Test
    void what_summaries_have_cost_is_set_against_the_turns_that_it_belongs_to() {
        open("/#" + gateway.client().createSession(MINI));
        said("Hello.", 2_000, 1_500, 5);
        // More turns than are added up, at first without any summary.
        page.route("**/usage?*", route -> route.fulfill(new Route.FulfillOptions().setContentType("application/json")
                .setBody(route.fetch().text().replace("\"hasMore\":false", "\"hasMore\":true"))));
        page.locator("#show-meter").click();
        assertThat(page.locator(".saved")).containsText("in the newest 10 turns");
        page.unroute("**/usage?*");
        page.route("**/usage?*", route -> {
            String usage = route.fetch().text().replace("\"hasMore\":false", "\"hasMore\":true");
            int beside = usage.indexOf("\"beside\"");
            route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(usage.substring(0, beside)
                    + usage.substring(beside).replaceFirst("\"cost\":null",
                            "\"cost\":{\"amount\":\"0.00005\",\"currency\":\"USD\"}")));
        });
        page.locator("label[for=meter-cost]").click();
        assertThat(page.locator(".rows")).containsText("Summaries, embeddings");

        assertThat(page.locator(".saved")).hasCount(0);
    }

    @Test
    void what_trimming_has_saved_is_told_in_the_measure_of_the_provider() {
        open("/#" + gateway.client().createSession(
                "{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"sliding-window\",\"maxMessages\":1,\"trimTo\":1}}"));
        said("Hello, this is about nothing in particular.", 20, 0, 5);
        said("Hello, this is about nothing in particular.", 20, 0, 5);
        page.locator("#show-meter").click();

        assertThat(page.locator(".saved")).containsText("less than the");
        assertThat(page.locator(".ghost")).hasCount(1);
        assertThat(page.locator(".legend")).containsText("Without trimming and caching");
        page.locator(".as-table summary").click();
        assertThat(cell(0, 5)).isEmpty();
        assertThat(cell(1, 5)).startsWith("$0.0000");
    }

    @Test
    void a_reply_has_one_size_everywhere() {
        open("/#" + gateway.client().createSession(MINI));
        said("Hello.", 50, 0, 33);
        assertSize("50 + 33 tokens", "33", List.of("Replies 33"));
        said("And again.", 90, 0, 3);
        assertSize("90 + 3 tokens", "3", List.of("Replies 36"));
        // A provider that reports nothing.
        provider.then(FakeReply.saying("It is as long as Parley counts it."));
        ChatPage.say(page, "A third time.");
        assertThat(page.locator("#messages > .assistant")).hasCount(3);
        ChatPage.awaitOver(page);
        assertThat(foot()).containsText("+");
        String size = foot().textContent().replaceAll(".*\\+ ([0-9]+) tokens.*", "$1");
        assertSize("+ " + size + " tokens", size, List.of());
        page.reload();
        assertSize("+ " + size + " tokens", size, List.of());
    }

    @Test
    void thinking_is_no_part_of_a_reply_and_is_told_apart() {
        page.route("**/usage?*", route -> {
            String usage = route.fetch().text().replace("\"reasoningTokens\":0", "\"reasoningTokens\":20");
            route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(usage));
        });
        open("/#" + gateway.client().createSession(MINI));
        said("Hello.", 50, 0, 33);

        assertSize("50 + 13 tokens + 20 of thinking", "13", List.of("Replies 13"));
        page.locator("#show-meter").click();
        assertThat(page.locator(".legend")).containsText("Thinking");
        assertThat(page.locator(".rows")).containsText("33 tokens, 20 of them thinking");
        page.locator(".as-table summary").click();
        assertThat(cell(0, 4)).isEqualTo("20");
    }

    private void said(String text, int input, int cached, int output) {
        provider.then(FakeReply.stream().text("So it is.").usage(input, cached, output).finish());
        int replies = page.locator("#messages > .assistant").count();
        ChatPage.say(page, text);
        assertThat(page.locator("#messages > .assistant")).hasCount(replies + 1);
        ChatPage.awaitOver(page);
    }

    private Locator foot() {
        return page.locator("#messages > .assistant").last().locator(".under .note");
    }

    private void assertSize(String foot, String size, List<String> legend) {
        assertThat(foot()).containsText(foot);
        page.locator("#show-context").click();
        assertThat(page.locator(".fates li").last()).containsText("Reply");
        assertThat(page.locator(".fates li").last().locator(".tokens")).hasText(size);
        for (String sum : legend) {
            assertThat(page.locator(".bars .legend")).containsText(sum);
        }
        assertThat((Boolean) page.evaluate("Number(document.querySelector('.figure strong').textContent) === "
                + "[...document.querySelectorAll('.fates .tokens')].reduce((sum, each) => sum + Number(each.textContent), 0)"))
                .as("the rows come to the sum").isTrue();
        page.locator("#show-meter").click();
        assertThat(page.locator(".plot")).isVisible();
        page.locator(".as-table summary").click();
        int turns = page.locator(".as-table tbody tr").count();
        assertThat(cell(turns - 1, 3)).isEqualTo(size);
        page.locator("#panel .panel-head button").click();
    }

    private String cell(int row, int column) {
        return page.locator(".as-table tbody tr").nth(row).locator("td").nth(column).textContent();
    }
}

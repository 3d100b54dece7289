package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.parley.testing.FakeReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The version of a message that the page shows is the version that the model is sent. */
class VersionsIT extends ModelledPage {

    @Test
    void going_back_to_the_first_of_two_answers_and_speaking_on_sends_the_first() {
        begin("Answer one.", "Answer two.", "Go on.");
        talk("Question.");
        again();
        assertThat(choice(".assistant")).containsText("2/2");
        earlier(".assistant");
        assertThat(shown()).hasText(new String[] { "Question.", "Answer one." });
        assertThat(choice(".assistant")).containsText("1/2");
        talk("And then?");

        assertThat(sent()).containsExactly("Question.", "Answer one.", "And then?");
        page.reload();
        assertThat(shown()).hasText(new String[] { "Question.", "Answer one.", "And then?", "Go on." });
    }

    @Test
    void words_that_are_sent_right_after_the_switch_follow_what_it_shows() {
        begin("Answer one.", "Answer two.", "Go on.");
        talk("Question.");
        again();
        page.evaluate("() => { document.querySelector('.assistant .choice button').click();"
                + "const text = document.getElementById('text'); text.value = 'Quick.';"
                + "text.dispatchEvent(new Event('input', {bubbles: true})); document.getElementById('send').click(); }");
        provider.awaitCalls(3);
        ChatPage.awaitOver(page);

        assertThat(sent()).containsExactly("Question.", "Answer one.", "Quick.");
    }

    @Test
    void words_that_are_sent_after_the_switch_wait_for_it_whatever_else_is_changed_in_between() {
        begin("Answer one.", "Answer two.", "Go on.");
        talk("Question.");
        again();
        List<Route> choices = hold("**/chosen");
        earlier(".assistant");
        page.waitForCondition(() -> choices.size() == 1);
        page.locator("#model").selectOption("blind");
        page.locator("#model").selectOption("gpt-4o-mini");
        page.locator("#model").selectOption("blind");
        ChatPage.say(page, "Quick.");
        assertThat(page.locator("#messages > .user")).hasCount(2);
        choices.forEach(Route::resume);
        provider.awaitCalls(3);
        ChatPage.awaitOver(page);

        assertThat(sent()).containsExactly("Question.", "Answer one.", "Quick.");
        assertThat(provider.calls().getLast().json().path("model").asText()).isEqualTo("blind");
    }

    @Test
    void an_answer_that_is_wanted_again_after_the_switch_waits_for_it_too() {
        begin("Answer one.", "Answer two.", "Once more.");
        talk("Question one.");
        edit(0, "Question two.");
        List<Route> choices = hold("**/chosen");
        earlier(".user");
        page.waitForCondition(() -> choices.size() == 1);
        page.locator("#show-settings").click();
        page.locator("#temperature").fill("1");
        page.locator("#save").click();
        page.locator("#panel .panel-head button").click();
        page.locator("#messages > .assistant .regenerate").click();
        choices.forEach(Route::resume);
        provider.awaitCalls(3);
        ChatPage.awaitOver(page);

        assertThat(sent()).containsExactly("Question one.");
        assertThat(provider.calls().getLast().json().path("temperature").asDouble()).isEqualTo(1);
    }

    @Test
    void an_edited_question_comes_back_with_the_turns_that_followed_it_and_goes_on_from_there() {
        begin("A1.", "A2.", "B1.", "A3.");
        talk("Q1.");
        talk("Q2.");
        edit(0, "Q1, edited.");
        assertThat(shown()).hasText(new String[] { "Q1, edited.", "B1." });
        assertThat(choice(".user")).containsText("2/2");
        earlier(".user");
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "Q2.", "A2." });
        page.reload();
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "Q2.", "A2." });
        assertThat(choice(".user")).containsText("1/2");
        talk("Q3.");

        assertThat(sent()).containsExactly("Q1.", "A1.", "Q2.", "A2.", "Q3.");
        choice(".user").locator("button").last().click();
        assertThat(shown()).hasText(new String[] { "Q1, edited.", "B1." });
    }

    @Test
    void versions_within_versions_are_chosen_one_by_one() {
        begin("A1.", "A2.", "B2.", "B2, again.", "C1.", "End.");
        talk("Q1.");
        talk("Q2.");
        edit(1, "P2.");
        again();
        edit(0, "R1.");
        earlier(".user");
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "P2.", "B2, again." });
        earlier(".assistant");
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "P2.", "B2." });
        page.locator("#messages > .user .choice").nth(1).locator("button").first().click();
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "Q2.", "A2." });
        page.locator("#messages > .user .choice").nth(1).locator("button").last().click();
        assertThat(shown()).hasText(new String[] { "Q1.", "A1.", "P2.", "B2." });
        look();
        talk("On.");

        assertThat(sent()).containsExactly("Q1.", "A1.", "P2.", "B2.", "On.");
    }

    @Test
    void another_tab_shows_what_was_chosen() {
        begin("Answer one.", "Answer two.");
        talk("Question.");
        again();
        Page other = page.context().newPage();
        other.navigate(page.url());
        assertThat(ChatPage.replies(other)).hasText("Answer two.");
        earlier(".assistant");

        assertThat(ChatPage.replies(other)).hasText("Answer one.");
        assertThat(other.locator(".choice")).containsText("1/2");
    }

    @Test
    void while_a_reply_is_written_the_switch_says_that_it_must_wait() {
        begin("Answer one.", "Answer two.");
        talk("Question.");
        again();
        provider.then(FakeReply.stream().text("Long ").hang());
        ChatPage.say(page, "And then?");
        ChatPage.awaitGrown(page, 3);
        assertThat(choice(".assistant").locator("button").first()).hasAttribute("aria-disabled", "true");
        choice(".assistant").locator("button").first().click(new Locator.ClickOptions().setForce(true));

        assertThat(page.locator("#problem")).containsText("A reply is still being written");
        assertThat(choice(".assistant")).containsText("2/2");
        // The end is still followed.
        evaluate("document.querySelector('#messages .user').style.paddingTop = '1200px'; 0");
        awaitTrue("messages.parentElement.scrollTop > 300 && messages.parentElement.scrollHeight"
                + " - messages.parentElement.clientHeight - messages.parentElement.scrollTop < 1");
        page.locator("#stop").click();
        ChatPage.awaitOver(page);
        earlier(".assistant");
        assertThat(shown()).hasText(new String[] { "Question.", "Answer one." });
    }

    @Test
    void the_switch_keeps_its_place_and_the_focus() {
        begin("Answer one.", "Answer two.\n\nMore.\n\nMore.");
        talk("Question.");
        again();
        choice(".assistant").locator("button").first().focus();
        page.keyboard().press("Enter");
        assertThat(choice(".assistant")).containsText("1/2");
        assertThat(choice(".assistant").locator("button").last()).isFocused();
        page.keyboard().press("Enter");
        assertThat(choice(".assistant")).containsText("2/2");
        assertThat(choice(".assistant").locator("button").first()).isFocused();
    }

    @Test
    void the_key_that_goes_through_the_versions_goes_on_and_leaves_a_reader_who_writes_alone() {
        begin("Answer one.", "Answer two.", "Answer three.", "Edited.", "Edited again.");
        talk("Question.");
        again();
        again();
        Locator reply = choice(".assistant");
        reply.locator("button").first().focus();
        page.keyboard().press("Enter");
        assertThat(reply).containsText("2/3");
        assertThat(reply.locator("button").first()).isFocused();
        page.keyboard().press("Enter");
        assertThat(reply).containsText("1/3");
        assertThat(reply.locator("button").last()).isFocused();
        page.keyboard().press("Enter");
        assertThat(reply).containsText("2/3");
        assertThat(reply.locator("button").last()).isFocused();
        edit(0, "Question, edited.");
        edit(0, "Question, edited again.");
        choice(".user").locator("button").first().focus();
        page.keyboard().press("Enter");
        assertThat(choice(".user")).containsText("2/3");
        assertThat(choice(".user").locator("button").first()).isFocused();
        page.evaluate(
                "() => { document.querySelector('.user .choice button').click(); document.getElementById('text').focus(); }");
        assertThat(choice(".user")).containsText("1/3");
        assertThat(page.locator("#text")).isFocused();
    }

    @Test
    void what_is_written_in_an_edit_stays_whatever_changes_around_it() {
        begin("A1.", "A2.", "A3.", "A4.", "A5.");
        talk("Q1.");
        talk("Q2.");
        String url = page.url();
        String session = url.substring(url.indexOf('#') + 1);
        String first = gateway.client().messages(session).getFirst().get("id").asText();
        Locator field = page.locator(".edit-form textarea");
        page.locator("#messages > .user .edit").first().click();
        field.fill("Q1, half of an");
        // Another tab writes another version of the same message, and chooses the first one again.
        elsewhere("POST", session, "/turns", "{\"content\":\"Q1 of another tab.\",\"replaces\":\"" + first + "\"}");
        assertThat(page.locator("#messages > .assistant")).hasCount(1);
        ChatPage.awaitOver(page);
        assertThat(field).hasValue("Q1, half of an");
        assertThat(field).isFocused();
        elsewhere("PUT", session, "/messages/" + first + "/chosen", "");
        assertThat(page.locator("#messages > .assistant")).hasCount(2);
        assertThat(field).hasValue("Q1, half of an");
        assertThat(field).isFocused();
        // An edit of another message, and another conversation, come between.
        page.locator("#messages > .user .edit").last().click();
        field.fill("Q2, half of an");
        page.locator("#messages > .user .edit").first().click();
        assertThat(field).hasValue("Q1, half of an");
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
        page.goBack();
        assertThat(field).hasValue("Q1, half of an");
        elsewhere("POST", session, "/turns", "{\"content\":\"Q1 once more.\",\"replaces\":\"" + first + "\"}");
        assertThat(page.locator("#messages > .assistant")).hasCount(1);
        ChatPage.awaitOver(page);
        field.fill("Q1, edited.");
        field.press("Enter");
        assertThat(choice(".user")).containsText("4/4");
        ChatPage.awaitOver(page);

        assertThat(sent()).containsExactly("Q1, edited.");
        page.locator("#messages > .user .edit").click();
        assertThat(field).hasValue("Q1, edited.");
    }

    private static void elsewhere(String method, String session, String path, String body) {
        assertThat(gateway.client().send(method, "/sessions/" + session + path, body).status()).isLessThan(300);
    }

    /** Leaves pictures to look at. */
    private void look() {
        for (int width : List.of(375, 640, 1280)) {
            for (boolean dark : List.of(false, true)) {
                screen(width, 760, dark);
                screenshot("versions-" + width + (dark ? "-dark" : "-light"));
            }
        }
        screen(1000, 800, false);
    }

    /** Lets no such request go until it is resumed. */
    private List<Route> hold(String address) {
        List<Route> held = new ArrayList<>();
        page.route(address, held::add);
        return held;
    }

    private void begin(String... replies) {
        for (String reply : replies) {
            provider.then(FakeReply.saying(reply));
        }
        open("/#" + gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
    }

    private void talk(String text) {
        int before = page.locator("#messages > .assistant").count();
        ChatPage.say(page, text);
        assertThat(page.locator("#messages > .assistant")).hasCount(before + 1);
        ChatPage.awaitOver(page);
    }

    private void again() {
        page.locator("#messages > .assistant").last().locator(".regenerate").click();
        assertThat(page.locator("#messages > .assistant").last().locator(".choice")).isVisible();
        ChatPage.awaitOver(page);
    }

    private void edit(int input, String text) {
        page.locator("#messages > .user").nth(input).hover();
        page.locator("#messages > .user").nth(input).locator(".edit").click();
        page.locator(".edit-form textarea").fill(text);
        page.locator(".edit-form textarea").press("Enter");
        assertThat(page.locator("#messages > .user .bubble .text").nth(input)).hasText(text);
        assertThat(page.locator("#messages > .user")).hasCount(input + 1);
        ChatPage.awaitOver(page);
    }

    private void earlier(String role) {
        choice(role).locator("button").first().click();
    }

    private Locator choice(String role) {
        return page.locator("#messages > " + role + " .choice").first();
    }

    /** The texts of the conversation, as a reader sees them. */
    private Locator shown() {
        return page.locator("#messages > .user > .bubble > .text, #messages > .assistant > .text");
    }

    /** What the provider was sent last, without instructions. */
    private static List<String> sent() {
        List<String> texts = new ArrayList<>();
        for (JsonNode message : provider.calls().getLast().json().path("messages")) {
            if (!"system".equals(message.path("role").asText())) {
                JsonNode content = message.path("content");
                texts.add(content.isTextual() ? content.asText() : content.path(0).path("text").asText());
            }
        }
        return texts;
    }
}

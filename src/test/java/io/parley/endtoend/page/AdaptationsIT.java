package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import io.parley.provider.Adaptation;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Pixels;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page says in which ways the model was sent something other than what stands in the conversation. */
class AdaptationsIT extends ModelledPage {
    private static final String TOLD = "The model did not see the pictures of an earlier message: its provider refused the request with"
            + " pictures.";
    private static final String SENTENCES = """
            async lists => {
              const { adaptationNotes } = await import('/page/adaptations.js');
              return lists.map(list => adaptationNotes(list.map(([message, kind]) => ({ message, kind, reason: 'The <b>reason</b>.' })), ({ id }) => `#s/${id}`)
                .map(element => element.textContent).join(' / '));
            }""";
    private static final FakeReply REFUSED = FakeReply.status(422).body("{\"error\":{\"message\":\"no\"}}");

    @Test
    void every_kind_of_a_difference_is_said_in_words_for_a_reader() {
        open("/");
        List<List<List<String>>> each = Stream.of(Adaptation.Kind.values())
                .map(kind -> List.of(List.of("m1", kind.name().toLowerCase(Locale.ROOT).replace('_', '-')))).toList();
        assertThat(((List<?>) page.evaluate(SENTENCES, each)).stream().map(String.class::cast)).hasSize(each.size())
                .doesNotHaveDuplicates()
                .allSatisfy(sentence -> assertThat(sentence).endsWith(".").doesNotContain("reason</b>", "m1", "{}"));
        assertThat(page.evaluate(SENTENCES, List.of(
                List.of(List.of("m1", "picture-of-reply"), List.of("m3", "picture-of-reply"), List.of("m3", "misplaced")),
                Stream.of("m1", "m2", "m3", "m4", "m5", "m6").map(id -> List.of(id, "picture-left-out")).toList(),
                List.of(List.of("m1", "made-up-later")), List.of())))
                .isEqualTo(List.of(
                        "The model did not see the pictures of 2 earlier replies (1, 2): providers take pictures from the user only."
                                + "A part of an earlier message was left out: no provider takes such a part from that side.",
                        "The model did not see the pictures of 6 earlier messages (1, 2, 3, 4, 5, …): newer pictures filled the request.",
                        "The <b>reason</b>. (1)", ""));
        assertThat(page.evaluate(
                "async () => (await import('/page/adaptations.js')).adaptationNotes([{ message: null, kind: 'picture-smaller',"
                        + " reason: '' }], () => '')[0].textContent"))
                .isEqualTo("The pictures of your message were made smaller: providers refuse larger ones.");
    }

    @Test
    void a_picture_that_the_model_did_not_see_is_told_while_the_reply_grows_and_ever_after() {
        sendPicture();
        assertThat(told()).hasCount(0);
        Gate gate = new Gate();
        provider.then(REFUSED, FakeReply.stream().text("I believe ").waitFor(gate).text("so.").finish());
        ChatPage.say(page, "Was it a dot?");
        assertThat(page.locator("#messages .running .adaptations li")).hasText(TOLD);
        gate.open();
        ChatPage.awaitOver(page);
        assertThat(told()).hasText(TOLD);
        screens();
        page.reload();
        assertThat(told()).hasText(TOLD);
        ChatPage.say(page, "Thank you.");
        assertThat(ChatPage.replies(page)).hasCount(3);
        ChatPage.awaitOver(page);
        told().first().locator("a").click();
        assertThat(page.locator("#messages > .user").first()).hasClass(Pattern.compile(".*sought.*"));
        page.locator("#model").selectOption("blind");
        page.locator("#show-context").click();
        assertThat(page.locator("#panel .adaptations li"))
                .hasText("The model did not see the pictures of an earlier message: it takes no pictures.");
        assertThat(page.locator("#panel .adaptations a")).hasAttribute("href", Pattern.compile("#.+/.+"));
        screenshot("adaptations-of-the-next-turn");
    }

    @Test
    void another_reply_tells_what_was_different_for_itself_only() {
        sendPicture();
        ChatPage.say(page, "Was it a dot?");
        assertThat(ChatPage.replies(page)).hasCount(2);
        ChatPage.awaitOver(page);
        assertThat(told()).hasCount(0);
        provider.then(REFUSED, FakeReply.saying("I believe so."));
        page.locator("#messages > .assistant").last().hover();
        page.locator(".regenerate").click();
        assertThat(page.locator(".choice")).containsText("2/2");
        ChatPage.awaitOver(page);
        assertThat(told()).hasText(TOLD);
        page.locator(".choice button").first().click();
        assertThat(told()).hasCount(0);
        page.reload();
        assertThat(page.locator(".choice")).containsText("1/2");
        assertThat(told()).hasCount(0);
        page.locator(".choice button").last().click();
        assertThat(told()).hasText(TOLD);
    }

    private void sendPicture() {
        open("/#" + gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
        page.locator("#files")
                .setInputFiles(new FilePayload("dot.png", "image/png", Pixels.file(Pixels.halves(40, 20), "png")));
        assertThat(page.locator("#pictures img")).hasCount(1);
        ChatPage.say(page, "Look.");
        assertThat(ChatPage.replies(page)).hasCount(1);
        ChatPage.awaitOver(page);
    }

    private Locator told() {
        return page.locator("#messages .adaptations li");
    }

    /** Keeps and judges what is seen. */
    private void screens() {
        for (boolean dark : List.of(false, true)) {
            for (int width : List.of(375, 1_000)) {
                screen(width, 760, dark);
                awaitTrue("document.getAnimations().every(animation => animation.playState !== 'running')");
                screenshot("adaptations-" + width + (dark ? "-dark" : "-light"));
            }
        }
        assertAccessible();
    }
}

package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Photo;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Talking on the page. */
class TalkIT extends ChatPage {
    private static final byte[] PNG = Base64.getDecoder().decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFElEQVR4nGNkYPjPgA0wYRUdphIAJdsBD/YBkFYAAAAASUVORK5CYII=");

    /** A beginning of a script in which {@code data} carries a picture. */
    private static final String FILE = "(() => { const bytes = Uint8Array.from(atob('" + Base64.getEncoder().encodeToString(PNG)
            + "'), letter => letter.charCodeAt(0)); const data = new DataTransfer();"
            + " data.items.add(new File([bytes], 'dot.png', {type: 'image/png'}));";

    @Test
    void a_first_visitor_says_something_and_sees_the_reply_grow() {
        evaluate("window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector('.assistant .text')"
                + "?.textContent ?? '')).observe(document.getElementById('messages'), {subtree: true, childList: true, characterData: true}); 0");
        talk("My name is Ada. [pace=20]");

        assertThat(reply()).containsText("Nice to meet you, Ada.");
        String whole = reply().textContent();
        assertThat(((List<?>) evaluate("seen")).stream().map(String.class::cast).distinct()).hasSizeGreaterThan(5)
                .allSatisfy(part -> assertThat(whole).startsWith(part.strip()));
        talk("What is my name?");
        assertThat(reply()).containsText("Your name is Ada.");
        assertThat(page.locator("#sessions li.current")).hasText("My name is Ada. [pace=20]");
    }

    @Test
    void markdown_code_tables_and_formulas_are_drawn() {
        talk("Show me markdown.");

        assertThat(reply().locator("h1")).hasText("Markdown");
        assertThat(reply().locator("strong")).hasText("bold");
        assertThat(reply().locator("tbody tr")).hasCount(1);
        assertThat(reply().locator(".code-head")).containsText("java");
        assertThat(reply().locator(".code .hljs-keyword").first()).hasText("void");
        assertThat(reply().locator(".katex")).hasCount(2);
        assertThat(reply().locator(".katex-display svg")).hasCount(1);
        assertThat(reply().locator("a")).hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(reply().locator("a")).hasAttribute("target", "_blank");
    }

    @Test
    void code_and_messages_are_copied() {
        allowClipboard();
        talk("Show me some code.");
        // The button says it for a moment only.
        evaluate(
                "window.said = []; new MutationObserver(changes => changes.forEach(({ target }) => said.push(target.ariaLabel)))"
                        + ".observe(document.body, { subtree: true, attributeFilter: ['aria-label'] })");
        reply().locator(".copy").click();
        awaitTrue("said.includes('Copied')");
        assertThat(clipboard()).startsWith("void main() {").endsWith("}");
        evaluate("said = []; 0");
        page.locator("#messages .assistant .under .copy").click();
        awaitTrue("said.includes('Copied')");
        assertThat(clipboard()).isEqualTo(stored().getLast());
    }

    @Test
    void a_reply_is_stopped_and_keeps_what_was_said() {
        say("[words=5000][pace=20] Talk.");
        awaitGrown(page, 20);
        page.locator("#stop").click();
        awaitOver(page);

        assertThat(page.locator("#messages .assistant .note")).containsText("stopped");
        assertThat(reply()).hasText(stored().getLast());
        assertThat(page.locator("#send")).isVisible();
    }

    @Test
    void a_reply_is_stopped_before_its_first_token() {
        say("[first=60000] Think long.");
        page.locator("#stop").click();
        awaitOver(page);

        assertThat(page.locator("#messages .lost")).isVisible();
        assertThat(stored()).containsExactly("[first=60000] Think long.");
        assertThat(client().send("GET", "/sessions/" + session() + "/turns", "").json().at("/data/0/state").asText())
                .isEqualTo("cancelled");
    }

    @Test
    void an_answer_is_generated_again_and_the_earlier_ones_stay_reachable() {
        talk("[words=30] One.");
        String first = stored().getLast();
        page.locator(".regenerate").click();
        assertThat(page.locator(".choice")).containsText("2/2");
        awaitOver(page);
        page.reload();
        assertThat(page.locator(".choice")).containsText("2/2");
        page.locator(".choice button").first().click();

        assertThat(page.locator(".choice")).containsText("1/2");
        assertThat(reply()).hasText(first);
        assertThat(inputs()).hasCount(1);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void a_message_is_edited_and_what_followed_it_stays_readable() {
        talk("My name is Ada.");
        talk("What is my name?");
        page.locator("#messages .user").first().hover();
        page.locator(".user .edit").first().click();
        page.locator(".edit-form textarea").fill("My name is Grace.");
        page.locator(".edit-form textarea").press("Enter");
        assertThat(reply()).containsText("Nice to meet you, Grace.");
        awaitOver(page);

        assertThat(inputs()).hasText(new String[] { "My name is Grace." });
        assertThat(stored()).hasSize(2);
        page.locator(".earlier summary").click();
        assertThat(page.locator(".earlier .message")).hasCount(4);
        assertThat(page.locator(".earlier")).containsText("Your name is Ada.");
        talk("What is my name?");
        assertThat(reply()).containsText("Your name is Grace.");
    }

    @Test
    void a_reply_that_failed_is_kept_and_asked_for_again() {
        talk("My name is Ada. [fail=cut]");
        assertThat(page.locator("#messages .assistant .note")).containsText("failed");
        assertThat(page.locator(".lost")).containsText("broke off");
        page.reload();
        assertThat(page.locator(".lost")).containsText("The text so far is kept");
        page.locator(".retry").click();
        assertThat(page.locator(".choice")).containsText("2/2");
        awaitOver(page);

        assertThat(inputs()).hasCount(1);
        assertThat(page.locator(".lost")).isVisible();
    }

    @Test
    void what_is_refused_comes_back_into_the_composer() {
        talk("Hello.");
        int before = stored().size();
        page.route("**/turns", route -> route.resume(new Route.ResumeOptions()
                .setPostData("{\"content\":\"Hello\",\"temperature\":7}")));
        say("Keep me.");
        excuse("400");

        assertThat(page.locator("#problem")).containsText("The temperature must be from 0 to 2.");
        assertThat(page.locator("#text")).hasValue("Keep me.");
        assertThat(inputs()).hasCount(1);
        assertThat(stored()).hasSize(before);
    }

    @Test
    void a_picture_is_chosen_or_pasted_seen_and_sent() {
        page.locator("#files").setInputFiles(new FilePayload("dot.png", "image/png", PNG));
        assertThat(page.locator("#pictures img")).hasCount(1);
        page.locator("#pictures button").click();
        assertThat(page.locator("#pictures")).isHidden();
        paste();
        assertThat(page.locator("#pictures img")).hasCount(1);
        talk("What is in this picture?");

        assertThat(page.locator("#pictures")).isHidden();
        assertThat(page.locator("#messages .user img")).isVisible();
        page.reload();
        awaitTrue("document.querySelector('#messages .user img')?.naturalWidth === 8");
        JsonNode blocks = client().messages(session()).getFirst().get("content");
        assertThat(blocks.get(0).get("text").asText()).isEqualTo("What is in this picture?");
        assertThat(blocks.get(1).at("/source/mediaType").asText()).isEqualTo("image/png");
    }

    /** Only large: each of the pictures takes as much as it may. */
    @Test
    @EnabledIfSystemProperty(named = "size", matches = "full")
    void more_pictures_than_a_message_may_have_are_refused_before_they_are_sent() {
        byte[] photo = Photo.png(1);
        FilePayload[] files = IntStream.rangeClosed(1, 6)
                .mapToObj(number -> new FilePayload("photo-" + number + ".png", "image/png", photo))
                .toArray(FilePayload[]::new);
        page.locator("#files").setInputFiles(files);
        assertThat(page.locator("#problem"))
                .containsText("The pictures of one message may be 24 MB together. photo-6.png was not added.");
        assertThat(page.locator("#pictures img")).hasCount(5);
        // More than the browser keeps for a page.
        talk("What is in these pictures?");

        assertThat(page.locator("#messages .user img")).hasCount(5);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void a_picture_that_is_still_being_read_goes_with_its_own_message() {
        talk("Hello.");
        String first = session();
        page.locator("#files").setInputFiles(new FilePayload("dot.png", "image/png", PNG));
        assertThat(page.locator("#pictures img")).hasCount(1);
        evaluate("window.gate = Promise.withResolvers(); window.read = Blob.prototype.arrayBuffer;"
                + " Blob.prototype.arrayBuffer = async function () { await gate.promise; return read.call(this); }; 0");
        say("What is in this picture?");
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
        assertThat(page.locator("#pictures img")).hasCount(0);
        evaluate("gate.resolve()");
        page.locator("#sessions li a").first().click();
        assertThat(page.locator("#messages .user img")).hasCount(1);
        awaitOver(page);

        assertThat(client().messages(first)).hasSize(4);
        assertThat(page.locator("#text")).hasValue("");
    }

    @Test
    void a_picture_chosen_for_one_conversation_does_not_turn_up_in_another() {
        talk("Hello.");
        evaluate("window.gate = Promise.withResolvers(); window.read = HTMLImageElement.prototype.decode;"
                + " HTMLImageElement.prototype.decode = async function () { await gate.promise; return read.call(this); }; 0");
        page.locator("#files").setInputFiles(new FilePayload("photo.bmp", "image/bmp", Photo.png(1)));
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
        evaluate("gate.resolve()");
        page.locator("#sessions li a").first().click();

        assertThat(page.locator("#pictures img")).hasCount(1);
        page.locator("#new").click();
        assertThat(page.locator("#pictures img")).hasCount(0);
    }

    @Test
    void an_edit_of_a_message_with_a_picture_keeps_the_picture() {
        page.locator("#files").setInputFiles(new FilePayload("dot.png", "image/png", PNG));
        talk("What is in this picture?");
        page.locator(".user .edit").click();
        page.locator(".edit-form textarea").fill("What colour has it?");
        page.locator(".edit-form textarea").press("Enter");
        assertThat(inputs()).hasText(new String[] { "What colour has it?" });
        awaitOver(page);

        assertThat(page.locator("#messages > .user > .bubble img")).hasCount(1);
        JsonNode blocks = client().messages(session()).getFirst().get("content");
        assertThat(blocks.get(0).get("text").asText()).isEqualTo("What colour has it?");
        assertThat(blocks.get(1).get("type").asText()).isEqualTo("image");
    }

    @Test
    void an_edit_that_is_refused_keeps_its_text() {
        talk("Hello.");
        page.route("**/turns", route -> route.resume(new Route.ResumeOptions()
                .setPostData("{\"content\":\"Hello\",\"temperature\":7}")));
        excuse("400");
        page.locator(".user .edit").click();
        page.locator(".edit-form textarea").fill("Written with care.");
        page.locator(".edit-form textarea").press("Enter");

        assertThat(page.locator("#problem")).containsText("The temperature must be from 0 to 2.");
        assertThat(page.locator(".edit-form textarea")).hasValue("Written with care.");
        assertThat(stored()).contains("Hello.").hasSize(2);
    }

    @Test
    void a_picture_is_dropped_anywhere_on_the_conversation() {
        evaluate(FILE + " for (const type of ['dragover', 'drop']) document.getElementById('stage').dispatchEvent("
                + "new DragEvent(type, {dataTransfer: data, cancelable: true, bubbles: true})); })()");
        assertThat(page.locator("#pictures img")).hasCount(1);
        assertThat(page.locator("#dropzone")).isHidden();
    }

    @Test
    void what_is_no_picture_is_refused_with_a_word() {
        page.locator("#files").setInputFiles(new FilePayload("notes.txt", "text/plain", new byte[] { 65 }));

        assertThat(page.locator("#problem")).containsText("notes.txt is not a picture");
        assertThat(page.locator("#pictures")).isHidden();
    }

    @Test
    void a_model_is_picked_and_answers() {
        page.locator("#model").selectOption("simulator-claude");
        talk("Hello.");
        assertThat(page.locator("#messages .assistant .note")).containsText("simulator-claude");
        page.locator("#model").selectOption("");
        talk("Hello again.");
        assertThat(page.locator("#messages .assistant .note").last()).containsText("simulator ·");
        assertThat(page.locator("#model option:disabled").first()).isAttached();
    }

    @Test
    void a_model_that_is_picked_holds_for_what_is_said_before_the_choice_is_stored() {
        talk("Hello.");
        List<Route> held = new ArrayList<>();
        page.route("**/api/v1/sessions/*", route -> {
            if (route.request().method().equals("PATCH")) {
                held.add(route);
            } else {
                route.fallback();
            }
        });
        page.locator("#model").selectOption("simulator-claude");
        say("Hello again.");
        assertThat(inputs()).hasCount(2);
        held.forEach(Route::resume);
        assertThat(page.locator("#messages > .assistant")).hasCount(2);
        awaitOver(page);
        assertThat(held).hasSize(1);
        assertThat(page.locator("#messages .assistant .note").last()).containsText("simulator-claude");
    }

    @Test
    void a_double_press_of_enter_says_it_once() {
        page.locator("#text").fill("Once.");
        evaluate("composer.requestSubmit(); composer.requestSubmit(); 0");
        awaitOver(page);
        assertThat(inputs()).hasCount(1);

        assertThat(page.locator("#messages > .assistant")).hasCount(1);
        assertThat(stored()).hasSize(2);
        assertThat(
                page.locator("#sessions li").filter(new Locator.FilterOptions().setHasText("Once.")))
                .hasCount(1);
    }

    private void paste() {
        evaluate(FILE + " document.getElementById('text').dispatchEvent("
                + "new ClipboardEvent('paste', {clipboardData: data, cancelable: true, bubbles: true})); })()");
    }
}

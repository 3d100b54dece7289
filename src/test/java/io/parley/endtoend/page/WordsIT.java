package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.parley.api.json.ProblemType;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.Photo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is amiss is said in words for people, for as long as it is so, and nothing that was written is lost over it. */
class WordsIT extends ChatPage {
    /** What the API says to programs: pointers, codes, names of fields and policies, and its word for a conversation. */
    private static final Pattern FOR_PROGRAMS = Pattern
            .compile("/[a-zA-Z0-9]|\\b[sS]essions?\\b|[a-z][A-Z]|\\b[a-z]+-[a-z]+-?[a-z]*\\b must|token-budget|sliding-window"
                    + "|\\bm\\d+\\b|\\bintegers?\\b|\\bJSON\\b|\\bbytes\\b");

    private static final String WORDS = "(async ([name, given]) => (await import('/page/words.js'))[name](given))";

    @Test
    void every_problem_has_a_sentence_for_people() {
        String unknown = (String) words("problemInWords", Map.of("code", "none-of-all", "status", 418));
        for (ProblemType type : ProblemType.all()) {
            String sentence = (String) words("problemInWords", Map.of("code", type.code(), "status", type.status(), "detail",
                    "/content/0 of the session must not be null", "requestId", "1234"));

            assertThat(sentence).as(type.code()).endsWith(type.status() == 500 ? "1234" : ".")
                    .doesNotContainPattern(FOR_PROGRAMS)
                    .doesNotContain(type.code());
            if (!type.code().equals("invalid-request")) {
                assertThat(sentence).as(type.code()).isNotEqualTo(unknown);
            }
        }
        for (int status : List.of(0, 400, 401, 403, 404, 413, 418, 429, 500, 502, 503)) {
            assertThat((String) words("problemInWords", Map.of("status", status))).as("status " + status).endsWith(".")
                    .doesNotContainPattern(FOR_PROGRAMS);
        }
        assertThat((String) words("inWords", Map.of("message", "Cannot read properties of undefined")))
                .isEqualTo("Something went wrong in this page. Reload it and try again.");
    }

    @Test
    void what_is_refused_is_named_as_the_page_names_it() {
        String session = client().createSession("{}");
        String long1 = "x".repeat(600);
        assertRefusal(session, "{\"temperature\":7}", "The temperature must be from 0");
        assertRefusal(session, "{\"temperature\":\"warm\"}", "The temperature cannot be like this");
        assertRefusal(session, "{\"maxOutputTokens\":0}", "The longest reply must be from 1 to");
        assertRefusal(session, "{\"title\":\"" + long1 + "\"}", "The title may have at most 500 characters");
        assertRefusal(session, "{\"model\":\"none\"}", "The model is unknown. Choose another model.");
        assertRefusal(session, "{\"context\":[{\"policy\":\"sliding-window\",\"maxMessages\":0}]}",
                "“Messages kept” must be a whole number of 1 or more");
        assertRefusal(session, "{\"context\":[{\"policy\":\"retrieve\",\"topK\":100000}]}",
                "“Turns retrieved” must be at most");
        assertRefusal(session, "{\"context\":[{\"policy\":\"full\"},{\"policy\":\"full\"}]}",
                "The choice of what is sent has one entry twice");
        assertRefusal(session, "{\"context\":[{\"policy\":\"full\",\"x\":1}]}", "The choice of what is sent");
        assertRefusal(session, "{\"systemPrompt\":\"" + long1.repeat(500) + "\"}", "The system prompt may have at most about");
        assertRefusal(session, "{\"nonsense\":1}", "The server did not accept this");
        assertRefusal(session + "/turns", "{\"content\":\"\"}", "The message must not be empty");
    }

    private void assertRefusal(String path, String body, String words) {
        Answer answer = client().send(path.contains("/") ? "POST" : "PATCH", "/sessions/" + path, body);
        assertThat(answer.status()).as(body.substring(0, Math.min(80, body.length()))).isIn(400, 413);
        String sentence = (String) page.evaluate("async text => (await import('/page/words.js')).ruleInWords("
                + "JSON.parse(text).errors[0]).sentence", answer.body());

        assertThat(sentence).startsWith(words).endsWith(".").doesNotContainPattern(FOR_PROGRAMS);
    }

    private Object words(String name, Object given) {
        return page.evaluate(name.equals("inWords")
                ? "async given => (await import('/page/words.js')).inWords(new TypeError(given.message))"
                : WORDS, name.equals("inWords") ? given : List.of(name, given));
    }

    @Test
    void the_panels_speak_to_people() {
        talk("Hello.");
        for (String view : List.of("context", "meter", "settings")) {
            page.locator("#show-" + view).click();
            assertThat(page.locator("#panel .panel-body > *").first()).isVisible();
            assertThat(page.locator("#panel").innerText().replace("simulator", "")).doesNotContainPattern(FOR_PROGRAMS);
        }
    }

    @Test
    void a_red_line_about_the_server_goes_when_the_server_is_back() {
        talk("Hello.");
        excuse("ERR_FAILED");
        page.route("**/api/v1/sessions/*", route -> {
            if (route.request().method().equals("PATCH")) {
                route.abort();
            } else {
                route.fallback();
            }
        });
        page.clock().install();
        page.locator("#model").selectOption("simulator-claude");
        assertThat(page.locator("#problem")).containsText("cannot be reached");
        page.route("**/api/v1/sessions?*", Route::abort);
        page.clock().fastForward(5_100);
        assertThat(page.locator("#problem")).isVisible();
        page.unroute("**/api/v1/sessions?*");
        evaluate("dispatchEvent(new Event('online'))");

        assertThat(page.locator("#problem")).isHidden();
    }

    @Test
    void what_could_not_be_read_is_read_when_the_server_is_back() {
        String session = client().createSession("{\"title\":\"Read me\"}");
        assertThat(client().say(session, "Hello.").status()).isEqualTo(201);
        excuse("503");
        page.route("**/messages?*", route -> route.fulfill(new Route.FulfillOptions().setStatus(503)
                .setContentType("application/problem+json").setBody("{\"code\":\"store-unavailable\",\"retryable\":true}")));
        page.clock().install();
        open("/#" + session);
        assertThat(page.locator("#problem")).containsText("Try again in a moment");
        page.unroute("**/messages?*");
        page.clock().fastForward(5_100);

        assertThat(inputs()).hasText(new String[] { "Hello." });
        assertThat(page.locator("#problem")).isHidden();
    }

    @Test
    void a_red_line_about_a_message_goes_when_the_message_changes() {
        talk("Hello.");
        page.route("**/turns", route -> route.resume(new Route.ResumeOptions()
                .setPostData("{\"content\":\"Hello\",\"temperature\":7}")));
        excuse("400");
        say("Keep me.");
        assertThat(page.locator("#problem")).containsText("The temperature must be from 0 to 2");
        page.locator("#text").fill("Keep me and more.");
        assertThat(page.locator("#problem")).isHidden();

        page.locator("#files").setInputFiles(new FilePayload("notes.txt", "text/plain", new byte[] { 65 }));
        assertThat(page.locator("#problem")).isVisible();
        page.locator("#files").setInputFiles(new FilePayload("photo.png", "image/png", Photo.png(1)));
        assertThat(page.locator("#pictures img")).hasCount(1);
        assertThat(page.locator("#problem")).isHidden();
    }

    @Test
    void a_red_line_at_a_setting_goes_when_the_setting_changes() {
        talk("Hello.");
        page.locator("#show-settings").click();
        page.locator("#temperature").fill("7");
        page.locator("#policy-0").selectOption("sliding-window");
        page.locator("#policy-0-maxMessages").fill("0");
        excuse("400");
        page.locator("#save").click();
        assertThat(page.locator("[data-of=temperature]")).hasText("The temperature must be from 0 to 2.");
        page.locator("#temperature").fill("1");
        assertThat(page.locator("[data-of=temperature]")).hasText("");
        page.locator("#save").click();
        assertThat(page.locator("[data-of=context]")).hasText("“Messages kept” must be a whole number of 1 or more.");
        page.locator("#policy-0-maxMessages").fill("4");

        assertThat(page.locator("[data-of=context]")).hasText("");
        page.locator("#save").click();
        assertThat(page.locator(".settings [role=status]")).containsText("Saved");
        assertThat(page.locator("#save")).isFocused();
    }

    @Test
    void settings_that_are_not_saved_are_kept_and_shown_as_such() {
        talk("First.");
        page.locator("#show-settings").click();
        page.locator("#system-prompt").fill("You are a poet.");
        page.locator("#policy-0").selectOption("sliding-window");
        assertThat(page.locator(".settings [role=status]")).hasText("These changes are not saved yet.");
        page.locator("#show-meter").click();
        page.locator("#panel .panel-head button").click();
        assertThat(page.locator("#show-settings")).hasAccessibleName("Settings, with changes that are not saved");
        screenshot("unsaved");
        page.locator("#new").click();
        page.locator("#show-settings").click();
        assertThat(page.locator("#system-prompt")).hasValue("");
        page.goBack();
        assertThat(page.locator("#system-prompt")).hasValue("You are a poet.");
        assertThat(page.locator("#policy-0")).hasValue("sliding-window");
        assertThat(page.locator(".settings [role=status]")).hasText("These changes are not saved yet.");
        List<String> questions = new ArrayList<>();
        page.onDialog(dialog -> {
            questions.add(dialog.type());
            dialog.dismiss();
        });
        page.close(new Page.CloseOptions().setRunBeforeUnload(true));
        page.waitForCondition(() -> !questions.isEmpty());
        assertThat(questions).containsExactly("beforeunload");
        page.locator(".discard").click();
        assertThat(page.locator("#system-prompt")).hasValue("");
        assertThat(page.locator("#show-settings")).hasAccessibleName("Settings");
    }

    @Test
    void settings_of_a_new_conversation_stay_when_it_begins_and_others_are_left_alone() {
        page.locator("#show-settings").click();
        page.locator("#system-prompt").fill("You are a poet.");
        talk("Hello.");
        assertThat(page.locator("#system-prompt")).hasValue("You are a poet.");
        assertThat(page.locator(".settings [role=status]")).hasText("These changes are not saved yet.");
        assertThat(client().send("PATCH", "/sessions/" + session(), "{\"temperature\":0.5}").status()).isEqualTo(200);
        page.locator("#save").click();
        assertThat(page.locator(".settings [role=status]")).containsText("Saved");

        assertThat(page.locator("#temperature")).hasValue("0.5");
        Answer stored = client().send("GET", "/sessions/" + session(), "");
        assertThat(stored.at("/systemPrompt")).isEqualTo("You are a poet.");
        assertThat(stored.at("/temperature")).isEqualTo("0.5");
    }

    @Test
    void what_is_changed_while_settings_are_being_saved_stays_and_is_saved_next() {
        talk("First.");
        page.locator("#show-settings").click();
        page.locator("#system-prompt").fill("You are a poet.");
        page.locator("#policy-0").selectOption("sliding-window");
        List<Route> held = holdChanges();
        page.locator("#save").click();
        page.waitForCondition(() -> held.size() == 1);
        page.locator("#facts").fill("The sky is green.");
        page.locator("#policy-0-maxMessages").fill("4");
        page.locator("#system-prompt").fill("You are a painter.");
        held.getFirst().resume();
        awaitStored("/systemPrompt", "You are a poet.");
        assertThat(page.locator("#show-settings")).hasAccessibleName("Settings, with changes that are not saved");
        assertThat(page.locator("#facts")).hasValue("The sky is green.");
        assertThat(page.locator("#policy-0-maxMessages")).hasValue("4");
        page.locator("#save").click();
        page.waitForCondition(() -> held.size() == 2);
        assertThat(held.getLast().request().postData()).contains("painter", "green", "maxMessages")
                .doesNotContain("temperature");
        held.getLast().resume();

        assertThat(page.locator(".settings [role=status]")).containsText("Saved");
        assertThat(client().send("GET", "/sessions/" + session(), "").body()).contains("painter", "green", "\"maxMessages\":4");
    }

    @Test
    void settings_that_are_saved_after_another_conversation_is_shown_are_those_of_their_own() {
        talk("First.");
        String first = session();
        page.locator("#show-settings").click();
        page.locator("#policy-0").selectOption("full");
        List<Route> held = holdChanges();
        page.locator("#save").click();
        page.waitForCondition(() -> held.size() == 1);
        page.locator("#new").click();
        page.locator("#policy-0").selectOption("summarise");
        excuse("400");
        held.getFirst().fulfill(refusal("/x", "is not known"));
        assertThat(page.locator("#policy-0")).hasValue("summarise");
        page.goBack();
        assertThat(page.locator("#policy-0")).hasValue("full");
        assertThat(page.locator("#problem")).isHidden();
        page.locator("#save").click();
        page.waitForCondition(() -> held.size() == 2);
        held.getLast().resume();

        assertThat(page.locator(".settings [role=status]")).containsText("Saved");
        assertThat(client().send("GET", "/sessions/" + first, "").at("/context/0/policy")).isEqualTo("full");
    }

    @Test
    void the_list_of_models_shows_what_is_asked_for_and_after_a_refusal_what_is_in_force() {
        talk("Hello.");
        List<Route> held = holdChanges();
        page.locator("#model").selectOption("simulator-claude");
        page.waitForCondition(() -> held.size() == 1);
        page.locator("#text").fill("A key.");
        assertThat(page.locator("#model")).hasValue("simulator-claude");
        excuse("400");
        held.getFirst().fulfill(refusal("/model", "must be a model that is configured"));
        assertThat(page.locator("#problem")).containsText("The model is not available");
        assertThat(page.locator("#model")).hasValue("");
        // Two choices, of which the later one is refused.
        page.locator("#model").selectOption("simulator-claude");
        page.locator("#model").selectOption("");
        page.waitForCondition(() -> held.size() == 2);
        page.locator("#text").fill("Another key.");
        assertThat(page.locator("#model")).hasValue("");
        held.get(1).resume();
        page.waitForCondition(() -> held.size() == 3);
        held.getLast().fulfill(refusal("/model", "must be a model that is configured"));
        assertThat(page.locator("#model")).hasValue("simulator-claude");
        page.locator("#new").click();

        // What is refused is no choice for a new conversation either.
        assertThat(page.locator("#model")).hasValue("simulator-claude");
    }

    @Test
    void a_model_that_is_picked_in_one_conversation_is_not_shown_in_another_when_it_is_refused() {
        talk("First.");
        String first = session();
        List<Route> held = holdChanges();
        page.locator("#model").selectOption("simulator-claude");
        page.waitForCondition(() -> held.size() == 1);
        page.locator("#new").click();
        assertThat(page.locator("#model")).hasValue("");
        excuse("400");
        held.getFirst().fulfill(refusal("/model", "must be a model that is configured"));
        page.locator("#sessions li[data-session='" + first + "'] a").click();
        assertThat(inputs()).hasText(new String[] { "First." });

        assertThat(page.locator("#model")).hasValue("");
        assertThat(page.locator("#problem")).isHidden();
    }

    @Test
    void a_picture_that_cannot_be_taken_is_refused_in_words_for_people() {
        excuse("503");
        page.route("**/api/v1/models", route -> route.fulfill(new Route.FulfillOptions().setStatus(503)
                .setContentType("application/problem+json")
                .setBody("{\"code\":\"store-unavailable\",\"detail\":\"Redis at /data/0 is away.\",\"retryable\":true}")));
        page.reload();
        assertThat(page.locator("#problem")).containsText("Try again in a moment");
        byte[] photo = Photo.png(1);
        page.locator("#files").setInputFiles(new FilePayload[] { new FilePayload("one.png", "image/png", photo),
                new FilePayload("two.png", "image/png", photo) });
        assertThat(page.locator("#problem p")).hasText(
                "The server cannot reach its memory at the moment. Try again in a moment.");
        excuse("ERR_FAILED");
        page.route("**/api/v1/models", Route::abort);
        page.locator("#files").setInputFiles(new FilePayload("one.png", "image/png", photo));

        assertThat(page.locator("#problem p")).hasText("The server cannot be reached. Check the network and try again.");
    }

    private static Route.FulfillOptions refusal(String pointer, String detail) {
        return new Route.FulfillOptions().setStatus(400).setContentType("application/problem+json").setBody(
                "{\"code\":\"invalid-request\",\"errors\":[{\"pointer\":\"" + pointer + "\",\"detail\":\"" + detail + "\"}]}");
    }

    /** Lets no change of settings go until it is resumed. */
    private List<Route> holdChanges() {
        List<Route> held = new ArrayList<>();
        page.route("**/api/v1/sessions/*", route -> {
            if (route.request().method().equals("PATCH")) {
                held.add(route);
            } else {
                route.fallback();
            }
        });
        return held;
    }

    private void awaitStored(String pointer, String value) {
        page.waitForCondition(() -> client().send("GET", "/sessions/" + session(), "").at(pointer).equals(value));
    }

    @Test
    void text_is_copied_over_plain_http_too() {
        allowClipboard();
        // A page that came over plain HTTP has no clipboard; one may also be forbidden.
        for (String without : List.of("Object.defineProperty(navigator, 'clipboard', {value: undefined})",
                "navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")) {
            page = newTab();
            page.addInitScript(without);
            open("/");
            talk("Say something with 一 and 😀. [words=20]");
            page.locator("#text").fill("being written");
            page.locator("#messages .user .copy").click();
            assertThat(page.locator("#messages .user .copy")).hasAttribute("aria-label", "Copied");
            assertThat(page.locator("textarea")).hasCount(1);
            Page reader = newTab();
            reader.navigate(home().toString());
            reader.bringToFront();
            assertThat(reader.evaluate("navigator.clipboard.readText()"))
                    .isEqualTo("Say something with 一 and 😀. [words=20]");
        }
    }
}

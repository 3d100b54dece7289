package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Photo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader on the chat page keeps the place and what is selected, whatever comes, ends, loads or is left in the meantime. */
class ReadingIT extends ChatPage {
    private static final String AT_END = "messages.parentElement.scrollHeight - messages.parentElement.clientHeight"
            + " - messages.parentElement.scrollTop < 1";
    /** Selects a part of a growing text, lets it end, and tells what is selected then and whether its node is the same. */
    private static final String SELECT = """
            async ([text, shown, wanted]) => {
              const { ReplyView } = await import('/page/reply-view.js');
              const element = document.createElement('div');
              document.body.append(element);
              let drawn;
              const view = new ReplyView(element, () => drawn?.());
              const draw = part => new Promise(done => { drawn = done; view.set(part); });
              await draw(text.slice(0, shown));
              const at = element.textContent.indexOf(wanted);
              const place = offset => {
                const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
                while (texts.nextNode() && texts.currentNode.length < offset) { offset -= texts.currentNode.length; }
                return [texts.currentNode, offset];
              };
              getSelection().setBaseAndExtent(...place(at), ...place(at + wanted.length));
              const before = getSelection().getRangeAt(0).toString();
              for (let length = shown + 1; length <= Math.min(text.length, shown + 40); length++) { await draw(text.slice(0, length)); }
              view.finish(text);
              const after = getSelection().rangeCount > 0 ? getSelection().getRangeAt(0).toString() : '';
              element.remove();
              return { before, after };
            }""";

    @Test
    void a_selection_survives_the_end_of_a_reply() {
        say("[pace=20] Show me markdown.");
        awaitTrue("document.querySelector('.running .text ul') !== null");
        evaluate("window.node = document.querySelector('.running .text p'); getSelection().selectAllChildren(node);"
                + " window.chosen = getSelection().toString(); 0");
        assertThat((String) evaluate("chosen")).isNotBlank();
        awaitOver(page);
        assertThat(page.locator("#messages .assistant .note")).containsText("tokens");

        assertThat(evaluate("getSelection().toString() === chosen && node.isConnected")).isEqualTo(true);
        assertThat(reply().locator("h1")).hasText("Markdown");
        assertThat(reply().locator(".katex")).hasCount(2);
    }

    @Test
    void a_selection_survives_wherever_in_a_reply_it_is() {
        String code = "const number = 1;\n".repeat(400);
        List<List<Object>> cases = List.of(
                // In the last block, which goes on growing.
                List.of("One paragraph that goes on and on until its end.", 25, "paragraph"),
                List.of("First.\n\nSecond **bold** words and more of them.", 30, "bold wor"),
                List.of("- one\n- two\n- three\n- four\n", 14, "two"),
                List.of("1. one\n2. two\n   - inner item\n   - other\n3. three", 30, "inner it"),
                List.of("| a | b |\n| --- | --- |\n| first | second |\n| third | fourth |\n", 46, "first"),
                List.of("> quoted words\n> go on here and there\n\nThe end.", 30, "words\ngo"),
                List.of("```js\nconst a = 1;\nconst b = 2;\n```\n\nDone.", 24, "const a"),
                // Across blocks, in letters that are not of the basic plane, beside a formula, beside a definition that comes last.
                List.of("First one.\n\nSecond one.\n\nThird one is last.", 40, "one.\nSecond"),
                List.of("Smile 😀 and 日本語 text to the very end of it.", 20, "😀 and 日本"),
                List.of("Text with $x^2$ in it.\n\nAnother one follows here.", 30, "Text"),
                List.of("See [the page][p] for it.\n\nMore words.\n\n[p]: https://example.org/\n", 36, "More"),
                // Coloured at the end only.
                List.of("```js\n" + code + "```\n\nEnd.", 6_500, "number = 1;\nconst"));
        for (List<Object> each : cases) {
            Map<?, ?> selected = (Map<?, ?>) page.evaluate(SELECT, each);
            assertThat(selected.get("before")).as("%s", each).isEqualTo(each.get(2));
            assertThat(selected.get("after")).as("%s", each).isEqualTo(each.get(2));
        }
    }

    @Test
    void a_selection_survives_a_block_that_comes_or_goes_before_it() {
        List<List<String>> cases = List.of(List.of("One.\n\nTwo words.\n\nThree.", "One.\n\n- item\n\nTwo words.\n\nThree."),
                List.of("Two words.", "---\n\nTwo words."),
                List.of("- a\n\nTwo words.\n\n> b", "- a\n\n```\ncode\n```\n\nTwo words.\n\n> b"),
                List.of("One **bold** Two words.", "One `code` **bold** Two words."),
                List.of("# Title\n\nTwo words.\n\n# Title", "# Title\n\n| a |\n| - |\n| b |\n\nTwo words.\n\n# Title"));

        assertThat((List<?>) page.evaluate("""
                async cases => {
                  const { render } = await import('/page/markdown.js');
                  const { merge } = await import('/page/merge.js');
                  const element = document.createElement('div');
                  document.body.append(element);
                  return cases.filter(([before, after]) => {
                    element.replaceChildren(render(before));
                    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
                    while (texts.nextNode() && !texts.currentNode.data.includes('Two words')) { /* The next one. */ }
                    const node = texts.currentNode;
                    const at = node.data.indexOf('words');
                    getSelection().setBaseAndExtent(node, at, node, at + 5);
                    merge(element, render(after));
                    const expected = document.createElement('div');
                    expected.append(render(after));
                    return getSelection().toString() !== 'words' || !node.isConnected || !element.isEqualNode(expected);
                  });
                }""", cases.stream().flatMap(each -> Stream.of(each, each.reversed())).toList())).isEmpty();
    }

    @Test
    void a_selection_survives_a_stop() {
        say("[words=5000][pace=20] Talk.");
        awaitGrown(page, 100);
        evaluate("getSelection().setBaseAndExtent(document.querySelector('.running .text p').firstChild, 2,"
                + " document.querySelector('.running .text p').firstChild, 20); window.chosen = getSelection().toString(); 0");
        page.keyboard().press("Escape");
        awaitOver(page);

        assertThat(evaluate("chosen.length === 18 && getSelection().toString() === chosen")).isEqualTo(true);
    }

    @Test
    void a_scroll_upwards_of_any_size_stops_following() {
        talk("[words=1500] Talk.");
        say("[words=20000][pace=10] More.");
        for (String scroll : List.of("scrollTop -= 1", "scrollTop -= 15", "scrollBy(0, -40)")) {
            awaitGrown(page, 50);
            follow();
            evaluate("messages.parentElement." + scroll);
            awaitLeft(scroll);
        }
        follow();
        page.locator("#scroll").hover();
        page.mouse().wheel(0, -3);
        awaitLeft("a wheel");
        page.locator("#latest").click();
        page.keyboard().press("ArrowUp");
        awaitLeft("a key");
        page.locator("#latest").click();
        double above = number("messages.parentElement.scrollTop");
        page.keyboard().press("PageUp");
        awaitLeft("a page");
        // The end is left with the key, which scrolls later.
        awaitTrue("messages.parentElement.scrollTop < " + (above - 100));
        page.locator("#latest").click();
        double end = number("messages.parentElement.scrollTop");
        awaitTrue("messages.parentElement.scrollTop > " + (end + 100));
        page.locator("#text").press("Escape");
        awaitOver(page);
    }

    @Test
    void following_goes_on_when_a_picture_comes_late() {
        page.locator("#files").setInputFiles(new FilePayload("photo.png", "image/png", Photo.png(1)));
        talk("[words=60] Talk.");
        page.setViewportSize(1000, 420);
        evaluate("document.querySelector('#messages .user').style.paddingTop = '400px';"
                + " messages.parentElement.dispatchEvent(new Event('scroll')); 0");
        awaitTrue(AT_END);
        page.reload();
        awaitTrue("document.querySelector('#messages .user img').complete");

        awaitTrue(AT_END);
    }

    @Test
    void the_place_of_reading_is_kept_when_it_is_left() {
        talk("[words=900] One.");
        talk("[words=900] Two.");
        String url = page.url();
        readAt(700);
        page.reload();
        assertReadAt(700);
        page.locator("#new").click();
        assertThat(page.locator("#empty")).isVisible();
        page.goBack();
        assertReadAt(700);
        open("/" + url.substring(url.indexOf('#')) + "/" + client().messages(session()).get(1).get("id").asText());
        readAt(300);
        page.reload();
        assertReadAt(300);
        evaluate("messages.parentElement.scrollTop = messages.parentElement.scrollHeight");
        page.reload();

        awaitTrue("messages.parentElement.scrollTop > 0 && " + AT_END);
    }

    @Test
    void a_place_of_reading_far_up_is_found_again_and_one_that_is_gone_is_not() {
        String session = history(130);
        open("/#" + session + "/m20");
        assertThat(page.locator("#m-m20")).isInViewport();
        evaluate("messages.parentElement.scrollTop -= 30");
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        double top = number("document.getElementById('m-m20').getBoundingClientRect().top");
        page.evaluate("session => history.replaceState(null, '', '#' + session)", session);
        page.reload();
        assertThat(page.locator("#m-m20")).isInViewport();
        awaitTrue("Math.abs(document.getElementById('m-m20').getBoundingClientRect().top - " + top + ") < 3");
        page.evaluate("session => sessionStorage.setItem('parley.places',"
                + " JSON.stringify([[session, {message: 'm999', offset: 10}]]))", session);
        page.evaluate("addEventListener('pagehide', event => event.stopImmediatePropagation(), true)");
        page.locator("#new").click();
        page.evaluate("session => sessionStorage.setItem('parley.places',"
                + " JSON.stringify([[session, {message: 'm999', offset: 10}]]))", session);
        page.goBack();

        assertThat(inputs().last()).isInViewport();
    }

    @Test
    void a_link_lands_on_its_message_and_stays_there_while_others_change_their_height() {
        String session = history(130);
        open("/#" + session + "/m5");
        assertThat(page.locator("#m-m5")).isInViewport();
        assertThat(page.locator("#m-m5")).isFocused();
        double top = number("document.getElementById('m-m5').getBoundingClientRect().top");
        evaluate(
                "document.getElementById('m-m2').style.paddingTop = '500px'; document.getElementById('m-m9').style.paddingTop = '90px'; 0");
        awaitTrue("Math.abs(document.getElementById('m-m5').getBoundingClientRect().top - " + top + ") < 2");
        talkTo(session, "[words=1500] A long one.");
        String tall = client().messages(session).getLast().get("id").asText();
        evaluate("location.hash = '#" + session + "/" + tall + "'");
        awaitTrue("document.activeElement.id === 'm-" + tall + "'");

        // What is higher than the view is shown from its beginning.
        assertThat(number(
                "document.getElementById('m-" + tall
                        + "').getBoundingClientRect().top - messages.parentElement.getBoundingClientRect().top"))
                .isCloseTo(16, within(2.0));
    }

    @Test
    void a_link_that_lands_late_leaves_the_focus_to_a_reader_who_writes_by_then() {
        List<Route> held = new ArrayList<>();
        page.route(url -> url.contains("before="), held::add);
        open("/#" + history(130) + "/m20");
        page.waitForCondition(() -> !held.isEmpty());
        page.locator("#text").fill("Half of a");
        page.unrouteAll();
        held.forEach(Route::resume);
        assertThat(page.locator("#m-m20")).isInViewport();
        page.keyboard().type(" word");

        assertThat(page.locator("#text")).isFocused();
        assertThat(page.locator("#text")).hasValue("Half of a word");
    }

    @Test
    void a_piece_of_a_reply_costs_nothing_before_the_next_frame() {
        assertThat((List<?>) evaluate("""
                (async () => {
                  const { ReplyView } = await import('/page/reply-view.js');
                  const element = document.createElement('div');
                  let drawn = () => {};
                  const view = new ReplyView(element, () => drawn());
                  const frame = () => new Promise(done => { drawn = done; });
                  const { replace, startsWith } = String.prototype;
                  let read = 0;
                  for (const [name, real] of Object.entries({ replace, startsWith })) {
                    String.prototype[name] = function (...of) { read += this.length; return Reflect.apply(real, this, of); };
                  }
                  let text = '';
                  for (let piece = 0; piece < 500; piece++) {
                    text += 'One more line of a reply.' + (piece % 2 ? '\\r' : '\\n');
                    view.set(text);
                  }
                  const before = read;
                  Object.assign(String.prototype, { replace, startsWith });
                  await frame();
                  const seam = ['a\\r', 'a\\r\\n\\r', 'a\\r\\n\\r\\nb', 'c\\r\\rd'];
                  const shown = [];
                  for (const each of seam) {
                    view.set(each);
                    await frame();
                    shown.push([...element.children].map(block => block.textContent).join('|'));
                  }
                  return [before, ...shown];
                })()""")).isEqualTo(List.of(0, "a", "a", "a|b", "c|d"));
    }

    @Test
    void a_place_of_reading_very_far_up_is_found_again() {
        String session = history(800);
        leaveAt(session, "m20");
        open("/#" + session);

        assertThat(page.locator("#m-m20")).isInViewport();
    }

    @Test
    void a_reader_who_waits_in_vain_for_earlier_messages_is_not_taken_to_the_end_later() {
        String session = history(260);
        leaveAt(session, "m20");
        excuse("ERR_FAILED");
        page.route("**/messages?*before=*", Route::abort);
        open("/#" + session);
        assertThat(page.locator("#problem")).containsText("cannot be reached");
        talkTo(session, "Said elsewhere.");
        assertThat(replies(page)).hasCount(1);
        assertThat(page.locator("#latest")).isVisible();
        assertThat(number("messages.parentElement.scrollTop")).isLessThan(400);
        page.locator("#problem button").last().click();
        page.unroute("**/messages?*before=*");
        page.locator("#earlier").click();

        assertThat(inputs()).hasCount(99);
    }

    @Test
    void the_place_of_reading_is_held_although_the_message_at_the_edge_goes_away() {
        String session = history(260);
        leaveAt(session, "m20");
        excuse("ERR_FAILED");
        page.route("**/messages?*before=*", Route::abort);
        open("/#" + session);
        assertThat(page.locator("#problem")).containsText("cannot be reached");
        evaluate("messages.parentElement.scrollTop = 100");
        evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        String edge = page.locator("#messages > .user").first().getAttribute("id");
        talkTo(session, "Said elsewhere.");
        assertThat(replies(page)).hasCount(1);
        assertThat(page.locator("#" + edge)).hasCount(0);
        page.locator("#problem button").last().click();
        page.unroute("**/messages?*before=*");
        evaluate("document.getElementById('earlier').click()");

        page.waitForCondition(() -> number("messages.parentElement.scrollTop") > 400);
        assertThat(inputs()).hasCount(99);
    }

    @Test
    void what_fails_in_one_conversation_does_not_end_the_search_in_the_next_one() {
        String left = history(130);
        String session = history(130);
        List<Route> held = new ArrayList<>();
        page.route("**/" + left + "/messages?*before=*", held::add);
        open("/#" + left + "/m5");
        page.waitForCondition(() -> held.size() == 1);
        page.route("**/" + session + "/messages?*before=*", held::add);
        evaluate("location.hash = '#" + session + "/m5'");
        page.waitForCondition(() -> held.size() == 2);
        excuse("ERR_FAILED");
        held.getFirst().abort();
        page.unroute("**/" + session + "/messages?*before=*");
        held.getLast().resume();
        assertThat(page.locator("#m-m5")).isInViewport();

        assertThat(page.locator("#problem")).isHidden();
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 412, 503 })
    void a_link_is_followed_although_the_service_cannot_say_whether_its_message_is_there(int status) {
        String session = history(130);
        excuse(status == 0 ? "ERR_FAILED" : String.valueOf(status));
        page.route("**/messages/m5", route -> {
            if (status == 0) {
                route.abort();
            } else {
                route.fulfill(new Route.FulfillOptions().setStatus(status).setContentType("application/problem+json")
                        .setBody("{\"code\":\"overloaded\"}"));
            }
        });
        // So that the answer is there before the message is.
        List<Route> pages = new ArrayList<>();
        page.route("**/messages?*before=*", pages::add);
        List<String> asked = new ArrayList<>();
        page.onRequestFinished(request -> asked.add(request.url()));
        page.onRequestFailed(request -> asked.add(request.url()));
        open("/#" + session + "/m5");
        page.waitForCondition(() -> pages.size() == 1 && asked.stream().anyMatch(url -> url.endsWith("/messages/m5")));
        page.unroute("**/messages?*before=*");
        pages.forEach(Route::resume);

        assertThat(page.locator("#m-m5")).isInViewport();
        assertThat(page.locator("#problem")).isHidden();
    }

    @Test
    void a_late_answer_about_one_link_does_not_end_the_search_for_another() {
        String session = history(130);
        open("/#" + session);
        assertThat(inputs()).hasCount(50);
        List<Route> held = new ArrayList<>();
        List<Route> pages = new ArrayList<>();
        page.route("**/messages/m999", held::add);
        page.route("**/messages?*before=*", pages::add);
        evaluate("location.hash = '#" + session + "/m999'");
        page.waitForCondition(() -> !held.isEmpty() && pages.size() == 1);
        evaluate("location.hash = '#" + session + "/m5'");
        excuse("404");
        List<String> asked = new ArrayList<>();
        page.onRequestFinished(request -> asked.add(request.url()));
        held.forEach(Route::resume);
        page.waitForCondition(() -> asked.stream().anyMatch(url -> url.endsWith("/messages/m999")));
        page.unroute("**/messages?*before=*");
        pages.forEach(Route::resume);

        assertThat(page.locator("#m-m5")).isInViewport();
        assertThat(page.locator("#problem")).isHidden();
    }

    /** Makes the page believe that it was left there. */
    private void leaveAt(String session, String message) {
        page.evaluate("([session, message]) => sessionStorage.setItem('parley.places',"
                + " JSON.stringify([[session, {message, offset: 10}]]))", List.of(session, message));
    }

    @Test
    void earlier_messages_do_not_move_what_is_read() {
        String session = history(130);
        open("/#" + session);
        assertThat(inputs().last()).isInViewport();
        evaluate("messages.parentElement.scrollTop = 10");
        double top = number("document.getElementById('m-m81').getBoundingClientRect().top");
        assertThat(inputs()).hasCount(100);

        awaitTrue("Math.abs(document.getElementById('m-m81').getBoundingClientRect().top - " + top + ") < 3");
    }

    @Test
    void earlier_versions_are_shown_with_the_gaps_that_they_had() {
        talk("Show me markdown.");
        List<?> before = gaps("#messages > .assistant > .text");
        page.locator(".user .edit").click();
        page.locator(".edit-form textarea").fill("Hello.");
        page.locator(".edit-form textarea").press("Enter");
        assertThat(reply()).containsText("Hello.");
        awaitOver(page);
        page.locator(".earlier summary").click();

        assertThat(page.locator(".earlier .assistant > .text")).isVisible();
        assertThat(page.locator("#messages > .assistant .permalink")).hasCount(1);
        assertThat(page.locator(".earlier .permalink")).hasCount(0);
        assertThat(gaps(".earlier .assistant > .text")).isEqualTo(before).hasSizeGreaterThan(5);
        assertThat(page.locator(".earlier .assistant > .text")).hasCSS("white-space", "normal");
        assertThat(number("document.querySelector('.earlier .assistant').getBoundingClientRect().top"
                + " - document.querySelector('.earlier .user').getBoundingClientRect().bottom")).isLessThan(10);
        screenshot("earlier-version");
    }

    /** The pixels between the parts of a reply. */
    private List<?> gaps(String text) {
        return (List<?>) evaluate("(() => { const parts = [...document.querySelector('" + text + "').children];"
                + " return parts.slice(1).map((part, at) => Math.round(part.getBoundingClientRect().top"
                + " - parts[at].getBoundingClientRect().bottom)); })()");
    }

    /** Scrolls to the end. */
    private void follow() {
        evaluate("messages.parentElement.scrollTop = messages.parentElement.scrollHeight");
        assertThat(page.locator("#latest")).isHidden();
    }

    /** Waits until the reply has gone on without the view. */
    private void awaitLeft(String how) {
        double top = number("messages.parentElement.scrollTop");
        awaitTrue(
                "messages.parentElement.scrollHeight - messages.parentElement.clientHeight - messages.parentElement.scrollTop > 100");
        assertThat(number("messages.parentElement.scrollTop")).as(how).isLessThanOrEqualTo(top);
    }

    private void readAt(int top) {
        awaitOver(page);
        evaluate(
                "new Promise(done => { messages.parentElement.addEventListener('scroll', () => requestAnimationFrame(done), {once: true});"
                        + " messages.parentElement.scrollTop = " + top + "; })");
    }

    private void assertReadAt(int top) {
        awaitTrue("Math.abs(messages.parentElement.scrollTop - " + top + ") < 3");
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        assertThat(number("messages.parentElement.scrollTop")).isCloseTo(top, within(3.0));
    }

    private double number(String expression) {
        return ((Number) evaluate(expression)).doubleValue();
    }

    private static void talkTo(String session, String text) {
        assertThat(client().say(session, text).status()).isLessThan(300);
    }

    /** A session of so many messages. */
    private static String history(int messages) {
        String session = client().createSession("{}");
        String list = IntStream.rangeClosed(1, messages)
                .mapToObj(number -> "{\"role\":\"user\",\"content\":\"Line " + number + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client().send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        return session;
    }
}

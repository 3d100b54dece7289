package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.parley.testing.FakeReply;
import io.parley.testing.Size;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A model that wants to do harm says something; in a real browser, letter by letter, nothing comes of it (OWASP LLM05). */
class HostileIT extends ModelledPage {
    private static final Path CORPUS = Path.of("src/test/resources/page/hostile.txt");
    /** All that a reply may become. What is the page's own has no attribute that a reply could have named. */
    private static final String FOUND = """
            [...document.querySelectorAll('#messages .assistant .text *')].filter(element =>
              element.matches('script, img, iframe, object, embed, form, style, link, meta, base, video, audio, template, noscript,'
                + ' svg a, button:not(.copy), input:not([type=checkbox][disabled]), [id], [name], [srcdoc]')
              || [...element.attributes].some(attribute => /^on/i.test(attribute.name)
                || (/^(href|src|action|formaction|xlink:href)$/i.test(attribute.name) && !/^(https?:|mailto:)/i.test(attribute.value)))
              || ['fixed', 'sticky', 'absolute'].includes(getComputedStyle(element).position) && !element.closest('.katex')
            ).map(element => element.outerHTML)""";
    /** Letters up to which a reply is no burden. */
    private static final int SHORT = 1_000;
    /** Replies that the page shows at once, each with its input. */
    private static final int SHOWN = 25;
    /** By how much repetitions are fewer where a test is small. */
    private static final int SHORTENED = Size.of(25, 1);
    /** How many texts stand from one that is said letter by letter to the next: all of them are where a test is large. */
    private static final int STRIDE = Size.of(6, 1);
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)×(.*?)×}", Pattern.DOTALL);

    @Test
    void nothing_that_a_model_says_does_anything() throws IOException {
        List<String> corpus = corpus().filter(hostile -> hostile.length() <= SHORT).toList();
        assertThat(corpus).hasSizeGreaterThan(60);
        prepare("/#" + session());
        for (int i = 0; i < corpus.size(); i += STRIDE) {
            provider.then(inPieces(corpus.get(i), Size.of(7, 1)));
            int replies = page.locator("#messages > .assistant").count();
            ChatPage.say(page, "Go on.");
            assertThat(page.locator("#messages > .assistant")).hasCount(replies + 1);
            ChatPage.awaitOver(page);
            assertHarmless(corpus.get(i));
        }
        assertThatNothingHappens();
        page.reload();
        assertThat(page.locator("#messages > .assistant").last()).isVisible();
        assertThatNothingHappens();
    }

    @Test
    void nothing_that_a_model_said_long_ago_does_anything() throws IOException {
        List<String> corpus = corpus().filter(hostile -> hostile.length() <= SHORT).toList();
        prepare("/");
        for (int from = 0; from < corpus.size(); from += SHOWN) {
            List<String> said = corpus.subList(from, Math.min(corpus.size(), from + SHOWN));
            String session = session();
            String told = said.stream().map(hostile -> message("user", "Go on.") + "," + message("assistant", hostile))
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(gateway.client().send("POST", "/sessions/" + session + "/messages", told).status()).isEqualTo(201);
            open("/#" + session);
            assertThat(page.locator("#messages > .assistant")).hasCount(said.size());
            assertThatNothingHappens();
        }
    }

    @Test
    void code_in_the_page_may_use_no_device_and_still_copies() {
        open("/");

        assertThat(((List<?>) evaluate("document.featurePolicy.allowedFeatures()")).stream().map(String.class::cast))
                .contains("clipboard-write").doesNotContain("camera", "microphone", "geolocation", "display-capture", "usb",
                        "serial", "payment", "midi");
    }

    @Test
    void nothing_that_a_model_says_keeps_the_page_from_hearing_a_click() throws IOException {
        List<String> corpus = corpus().filter(hostile -> hostile.length() > SHORT).toList();
        assertThat(corpus).hasSizeGreaterThan(15).anyMatch(hostile -> hostile.length() == 100_000 / SHORTENED);
        prepare("/#" + session());
        for (String hostile : corpus) {
            if (Size.FULL) {
                open("/#" + session());
                assertThat(page.locator("#messages > li")).hasCount(0);
            }
            int replies = page.locator("#messages > .assistant").count();
            provider.then(inPieces(hostile, hostile.length() / 50));
            ChatPage.say(page, "Go on.");
            assertThat(page.locator("#messages > .assistant")).hasCount(replies + 1);
            assertThatAClickIsHeard();
            ChatPage.awaitOver(page);
            assertThatAClickIsHeard();
            assertHarmless(hostile.substring(0, 80));
        }
    }

    @Test
    void even_code_that_got_into_the_page_would_not_run() {
        open("/");
        excuse("Content Security Policy");
        excuse("TrustedTypePolicy");
        excuse("TrustedHTML");

        assertThat((String) evaluate("(() => { try { document.body.innerHTML = '<img src=x onerror=hacked=1>'; return 'taken' }"
                + " catch (refused) { return refused.name } })()")).isEqualTo("TypeError");
        assertThat((String) evaluate(
                "(() => { try { trustedTypes.createPolicy('mine', {createHTML: text => text}); return 'made' }"
                        + " catch (refused) { return refused.name } })()"))
                .isEqualTo("TypeError");
        evaluate("(() => { const image = document.createElement('img'); image.src = 'https://evil.test/pixel.png';"
                + " document.body.append(image) })()");
        awaitTrue("document.querySelector('img[src*=evil]')?.complete");
        assertThat(evaluate("document.querySelector('img[src*=evil]').naturalWidth")).isEqualTo(0);
        assertThat(evaluate("window.hacked === undefined")).isEqualTo(true);
    }

    @Test
    void links_open_elsewhere_and_remote_pictures_are_only_named() {
        provider.then(FakeReply.saying("[a link](https://example.org/) and ![a picture](https://example.org/p.png)"));
        open("/#" + gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
        ChatPage.say(page, "Go on.");
        ChatPage.awaitOver(page);

        assertThat(page.locator(".assistant .text a")).hasCount(2);
        for (int i = 0; i < 2; i++) {
            assertThat(page.locator(".assistant .text a").nth(i)).hasAttribute("rel", "noopener noreferrer nofollow");
            assertThat(page.locator(".assistant .text a").nth(i)).hasAttribute("target", "_blank");
        }
        assertThat(foreignRequests()).isEmpty();
    }

    /** Opens the page at a path, answers each question that a reply may ask, and lets formulas be drawn. */
    private void prepare(String path) {
        page.onDialog(dialog -> {
            evaluate("window.hacked = 1");
            dialog.dismiss();
        });
        open(path);
        evaluate("import('/page/math.js').then(math => math.drawMath())");
    }

    private static String message(String role, String text) {
        return new JsonObject().put("role", role).put("content", text).encode();
    }

    private void assertHarmless(String hostile) {
        assertThat(evaluate("window.hacked === undefined")).as(hostile).isEqualTo(true);
        assertThat((List<?>) evaluate(FOUND)).as(hostile).isEmpty();
    }

    private void assertThatAClickIsHeard() {
        page.locator("#show-settings").click();
        assertThat(page.locator("#panel")).isVisible();
        page.locator("#panel .panel-head button").click();
        assertThat(page.locator("#panel")).isHidden();
    }

    private void assertThatNothingHappens() {
        // Whoever waits for a pointer to come by gets it.
        page.mouse().move(500, 300);
        page.mouse().move(520, 500);
        assertThat((List<?>) evaluate(FOUND)).isEmpty();
        assertThat(evaluate("window.hacked === undefined")).isEqualTo(true);
        assertThat(foreignRequests()).isEmpty();
        assertThat(page.locator("#send")).isVisible();
        assertThat(page.context().pages()).hasSize(1)
                .allSatisfy((Page tab) -> assertThat(tab.url()).startsWith(home().toString()));
    }

    private String session() {
        return gateway.client()
                .createSession("{\"model\":\"gpt-4o-mini\",\"context\":[{\"policy\":\"sliding-window\",\"maxMessages\":1}]}");
    }

    /** Its lines, in which {@code {3×ab×}} stands for {@code ababab}. */
    private static Stream<String> corpus() throws IOException {
        return Files.readAllLines(CORPUS).stream().map(line -> REPEATED.matcher(line.replace("\\n", "\n")).replaceAll(
                found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)) / SHORTENED))));
    }

    private static FakeReply inPieces(String text, int length) {
        FakeReply reply = FakeReply.stream();
        int[] letters = text.codePoints().toArray();
        for (int at = 0; at < letters.length; at += length) {
            reply.text(new String(letters, at, Math.min(length, letters.length - at)));
        }
        return reply.finish();
    }
}

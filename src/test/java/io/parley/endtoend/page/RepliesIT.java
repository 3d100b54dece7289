package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.FakeReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Replies on the page that do not come in one piece. */
class RepliesIT extends ModelledPage {
    private static final Path SAMPLES = Path.of("src/test/resources/page/markdown.txt");
    /** Lets all samples grow at once, each by a letter a frame, and tells those that do not end as they stay. */
    private static final String GROW = """
            async samples => {
              const { ReplyView } = await import('/page/reply-view.js');
              const { render } = await import('/page/markdown.js');
              await (await import('/page/math.js')).drawMath();
              const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const views = samples.map(text => {
                const element = document.createElement('div');
                document.body.append(element);
                let drawn = 0;
                return { text, element, view: new ReplyView(element, () => drawn++), drawn: () => drawn };
              });
              const longest = Math.max(...samples.map(text => text.length));
              for (let length = 1; length <= longest; length++) {
                const before = views.map(({ drawn }) => drawn());
                views.forEach(({ view, text }) => view.set(text.slice(0, length)));
                while (views.some(({ text, drawn }, at) => length <= text.length && drawn() === before[at])) {
                  await frame();
                }
              }
              const markup = nodes => {
                const element = document.createElement('div');
                element.append(...nodes);
                // In whatever order an element got its attributes.
                return element.innerHTML.replace(/(?: [\\w-]+="[^"]*")+/g, all => all.match(/ [\\w-]+="[^"]*"/g).sort().join(''))
                    .replace(/>\\s+</g, '><').trim();
              };
              return views.map(({ text, element }) => ({
                text, grown: markup(element.childNodes), whole: markup(render(text).childNodes),
              })).filter(({ grown, whole }) => grown !== whole);
            }""";

    @Test
    void a_reply_looks_while_it_grows_as_it_does_when_it_is_whole() throws IOException {
        List<String> samples = Files.readAllLines(SAMPLES).stream().map(line -> line.replace("\\n", "\n")).toList();
        assertThat(samples).hasSizeGreaterThan(50);
        open("/");

        assertThat((List<?>) page.evaluate(GROW, samples)).isEmpty();
    }

    @Test
    void a_failed_turn_is_asked_for_again_and_succeeds() {
        provider.then(FakeReply.stream().text("Half of it ").end(), FakeReply.saying("All of it."));
        open("/#" + gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
        ChatPage.say(page, "Tell me.");
        assertThat(page.locator(".lost")).isVisible();
        assertThat(ChatPage.replies(page).last()).hasText("Half of it");
        page.locator(".retry").click();
        assertThat(ChatPage.replies(page).last()).hasText("All of it.");
        ChatPage.awaitOver(page);

        assertThat(page.locator(".lost")).hasCount(0);
        assertThat(page.locator(".choice")).containsText("2/2");
        assertThat(page.locator("#messages > .user")).hasCount(1);
    }
}

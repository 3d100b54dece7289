package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * How smoothly 200 tokens a second are drawn into a conversation of 200 messages, as the intervals between the frames of the
 * browser. Not a test: {@code ./mvnw verify -Dit.test=FramesBenchmark} prints them for several rounds.
 */
class FramesBenchmark extends ChatPage {
    private static final int ROUNDS = 3;
    private static final String REPLY = "Some **bold** text, `code` and a formula $x^2$.\\n\\n- one\\n- two\\n\\n| a | b |\\n| --- | --- |\\n| 1 | 2 |"
            + "\\n\\n```java\\nvoid main() { IO.println(\\\"x\\\"); }\\n```\\n\\n"
            + "A paragraph of words that goes on for a while. ".repeat(8);

    @Test
    void frames() {
        String session = client().createSession("{\"context\":[{\"policy\":\"sliding-window\",\"maxMessages\":2}]}");
        List<String> history = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            history.add("{\"role\":\"user\",\"content\":\"Question " + i + "\"}");
            history.add("{\"role\":\"assistant\",\"content\":\"" + REPLY + "\"}");
        }
        assertThat(client().send("POST", "/sessions/" + session + "/messages", history.toString()).status()).isEqualTo(201);
        open("/#" + session);
        assertThat(page.locator("#messages > li")).hasCount(50);
        for (int shown = 100; shown <= 200; shown += 50) {
            evaluate("document.getElementById('scroll').scrollTop = 0");
            assertThat(page.locator("#messages > li")).hasCount(shown);
        }
        evaluate("window.frames_ = []; window.tasks = []; new PerformanceObserver(list => list.getEntries().forEach(task =>"
                + " tasks.push(task.duration))).observe({type: 'longtask'}); let last = performance.now();"
                + " const frame = now => { frames_.push(now - last); last = now; requestAnimationFrame(frame); };"
                + " requestAnimationFrame(frame); 0");
        for (int round = 1; round <= ROUNDS; round++) {
            evaluate("document.getElementById('latest').click()");
            evaluate("frames_.length = 0; tasks.length = 0");
            talk("[words=2000][pace=5] Talk, round " + round);
            System.out.printf(Locale.ROOT, "round %d: %s%n", round,
                    evaluate("(() => { const all = frames_.slice().sort((a, b) => a - b);"
                            + " const at = share => all[Math.min(all.length - 1, Math.floor(all.length * share))].toFixed(1);"
                            + " return `${all.length} frames, interval p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} max ${at(1)} ms,`"
                            + " + ` ${all.filter(each => each > 50).length} over 50 ms, tasks over 50 ms: [${tasks.map(Math.round)}]`; })()"));
        }
    }
}

package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.Browser;
import io.parley.testing.Gateway;
import io.parley.testing.Tab;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at {@code /}, in a real browser and against the packaged service. */
class PageIT {
    private static final Path PICTURES = Path.of("target", "page");
    private static final String REPLY = "#messages .assistant:last-child .text";
    private static final String OVER = "document.querySelector('#messages .assistant:last-child') !== null"
            + " && document.querySelector('.running') === null";
    @TempDir
    private static Path folder;
    private static Browser browser;
    private static Gateway gateway;
    private Tab tab;

    @BeforeAll
    static void start() {
        browser = Browser.start();
        gateway = Gateway.start(settings());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        tab = browser.newTab();
        tab.screen(1000, 800, false);
        tab.open(gateway.uri().toString());
    }

    @AfterEach
    void close() {
        assertThat(tab.complaints()).isEmpty();
        tab.close();
    }

    @Test
    void a_first_visitor_says_something_and_sees_the_reply_grow() {
        assertThat(tab.evaluate("document.getElementById('empty').checkVisibility()").asBoolean()).isTrue();
        tab.photograph(PICTURES.resolve("empty.png"));
        watchReply();
        say("My name is Ada. [pace=10]");
        tab.awaitTrue(OVER);

        assertThat(reply()).startsWith("Nice to meet you, Ada.");
        assertThat(tab.evaluate("seen").valueStream().map(JsonNode::asText).distinct()).hasSizeGreaterThan(5)
                .allSatisfy(part -> assertThat(reply()).startsWith(part));
        say("What is my name?");
        tab.awaitTrue("document.querySelectorAll('.assistant').length === 2 && " + OVER);
        assertThat(reply()).startsWith("Your name is Ada.");
    }

    @Test
    void a_reload_in_the_middle_of_a_reply_goes_on_without_gap_or_repetition() {
        say("[words=150][pace=20] Talk.");
        tab.awaitTrue("document.querySelector('" + REPLY + "')?.textContent.length > 100");
        tab.reload();
        tab.awaitTrue("document.querySelector('.running') !== null");
        tab.photograph(PICTURES.resolve("running.png"));
        tab.awaitTrue("document.querySelector('" + REPLY + "')?.textContent.length > 300");
        tab.reload();
        tab.awaitTrue("document.querySelector('" + REPLY + "')?.textContent.length > 300");
        tab.awaitTrue(OVER);

        assertThat(tab.texts("#messages .text")).containsExactly("[words=150][pace=20] Talk.", stored().getLast());
        assertThat(stored().getLast().split("\\s+")).hasSize(150);
    }

    @Test
    void a_reply_can_be_stopped_and_keeps_what_was_said() {
        say("[words=5000][pace=20] Talk.");
        tab.awaitTrue("document.querySelector('" + REPLY + "')?.textContent.length > 20");
        tab.click("#stop");
        tab.awaitTrue(OVER);

        assertThat(tab.texts(".assistant .note")).containsExactly("stopped");
        assertThat(stored()).hasSize(2);
        assertThat(reply()).isEqualTo(stored().getLast()).hasSizeGreaterThan(20);
        assertThat(tab.evaluate("document.getElementById('send').checkVisibility()").asBoolean()).isTrue();
    }

    @Test
    void the_conversation_is_there_after_a_restart_of_the_service() {
        say("My name is Ada.");
        tab.awaitTrue(OVER);
        String said = reply();
        Map<String, String> again = settings();
        again.put("quarkus.http.port", Integer.toString(gateway.uri().getPort()));
        gateway.kill();
        gateway = Gateway.start(again);
        tab.reload();
        tab.awaitTrue(OVER);

        assertThat(tab.texts("#messages .text")).containsExactly("My name is Ada.", said);
        say("What is my name?");
        tab.awaitTrue("document.querySelectorAll('.assistant').length === 2 && " + OVER);
        assertThat(reply()).startsWith("Your name is Ada.");
    }

    @Test
    void a_reply_that_failed_is_kept_and_can_be_asked_for_again() {
        say("My name is Ada. [fail=cut]");
        tab.awaitTrue("document.getElementById('retry').checkVisibility()");
        assertThat(tab.texts(".assistant .note")).containsExactly("failed");
        assertThat(tab.texts("#problem-text").getFirst()).isNotBlank();
        tab.screen(375, 700, true);
        tab.photograph(PICTURES.resolve("failed-narrow-dark.png"));
        tab.click("#retry");
        tab.awaitTrue("document.querySelector('.running') !== null");
        tab.awaitTrue(OVER);
    }

    @Test
    void markup_in_what_is_said_stays_text() {
        String hostile = "<img src=x onerror=\"hacked=1\"><script>hacked=1</script>";
        say(hostile);
        tab.awaitTrue(OVER);
        assertThat(reply()).contains("<img src=x onerror=\"hacked=1\">");
        tab.reload();
        tab.awaitTrue(OVER);

        assertThat(reply()).contains("<img src=x onerror=\"hacked=1\">");
        assertThat(tab.evaluate("document.querySelectorAll('#messages img, #messages script').length").asInt()).isZero();
        assertThat(tab.evaluate("window.hacked === undefined").asBoolean()).isTrue();
    }

    @Test
    void it_can_be_read_on_every_screen() {
        say("My name is Ada and I live in Turin.");
        tab.awaitTrue(OVER);
        say("Show me some code with averyveryverylongwordthatdoesnotfitintoanylineofatelephoneatall, please.");
        tab.awaitTrue("document.querySelectorAll('.assistant').length === 2 && " + OVER);
        for (boolean dark : List.of(false, true)) {
            for (int width : List.of(375, 1000)) {
                tab.screen(width, 700, dark);
                tab.photograph(PICTURES.resolve("page-" + width + (dark ? "-dark" : "-light") + ".png"));
                assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt()).isEqualTo(width);
            }
        }
    }

    private void say(String text) {
        tab.click("#text");
        tab.type(text);
        tab.enter();
    }

    private String reply() {
        return tab.texts(REPLY).getLast();
    }

    /** Notes every state of the last reply that the page shows. */
    private void watchReply() {
        tab.evaluate("window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector('" + REPLY
                + "')?.textContent ?? '')).observe(document.getElementById('messages'),"
                + " {subtree: true, childList: true, characterData: true}); undefined");
    }

    /** The texts of the conversation that the page shows, as the service has them. */
    private List<String> stored() {
        return gateway.client().messages(tab.evaluate("location.hash.slice(1)").asText()).stream()
                .map(message -> message.at("/content/0/text").asText()).toList();
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("parley.data-dir", folder.resolve("data").toString());
        settings.put("parley.simulator.first-token-delay", "0S");
        settings.put("parley.simulator.token-interval", "0S");
        return settings;
    }
}

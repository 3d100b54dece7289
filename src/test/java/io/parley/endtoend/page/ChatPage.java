package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.parley.testing.ChatClient;
import io.parley.testing.Gateway;
import io.parley.testing.InBrowser;
import io.parley.testing.Timing;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the chat page share: the packaged service with its simulated model, and what a visitor does there. */
abstract class ChatPage extends InBrowser {
    private static final String OVER = "document.querySelector('.running') === null && document.getElementById('stop').hidden";
    @TempDir
    static Path folder;
    static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(settings());
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @BeforeEach
    void open() {
        open("/");
        assertThat(page.locator("#empty")).isVisible();
    }

    @AfterEach
    void asksNobodyElse() {
        assertThat(foreignRequests()).as("requests to others").allMatch(url -> url.startsWith("http://127.0.0.1:"));
    }

    @Override
    protected URI home() {
        return gateway.uri();
    }

    @Override
    protected String printed() {
        return gateway.output();
    }

    static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("parley.data-dir", folder.resolve("data").toString());
        // Some tests of a class have their model fail.
        settings.put("parley.upstream.breaker.minimum-calls", "1000000");
        settings.put("parley.simulator.first-token-delay", "0S");
        settings.put("parley.simulator.token-interval", "0S");
        return Timing.patient(Timing.soon(settings));
    }

    static ChatClient client() {
        return gateway.client();
    }

    /** Says something as a visitor does, without waiting for anything. */
    static void say(Page tab, String text) {
        tab.locator("#text").fill(text);
        tab.locator("#text").press("Enter");
    }

    void say(String text) {
        say(page, text);
    }

    /** Says something and waits until as many replies as there are messages of the user are there and over. */
    void talk(String text) {
        int replies = page.locator("#messages > .assistant").count();
        say(text);
        assertThat(page.locator("#messages > .assistant")).hasCount(replies + 1);
        awaitOver(page);
    }

    /** Waits until no reply is under way any more. */
    static void awaitOver(Page tab) {
        awaitTrue(tab, "document.querySelector('#messages > li') !== null && " + OVER);
    }

    /** Waits until so many characters of the reply that is under way are shown. */
    static void awaitGrown(Page tab, int characters) {
        awaitTrue(tab, "document.querySelector('.running .text')?.textContent.length > " + characters);
    }

    static Locator replies(Page tab) {
        return tab.locator("#messages > .assistant > .text");
    }

    Locator reply() {
        return replies(page).last();
    }

    Locator inputs() {
        return page.locator("#messages > .user .bubble .text");
    }

    /** The session that the page shows. */
    String session() {
        return URI.create(page.url()).getFragment();
    }

    /** The texts of that session, as the service has them. */
    List<String> stored() {
        return client().messages(session()).stream().map(ChatPage::textOf).toList();
    }

    static String textOf(JsonNode message) {
        return message.at("/content/0/text").asText();
    }
}

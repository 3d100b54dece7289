package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing that a browser has to say about a page escapes a test. */
class InBrowserIT extends InBrowser {
    private static final String HEAD = "<!doctype html><html lang=en><title>A page</title><link rel=icon href=data:,>";
    private HttpServer server;
    private String body = "<h1>Hello</h1>";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = (HEAD + body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.getResponseHeaders().add("Content-Security-Policy",
                    "script-src 'self'");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Override
    protected URI home() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void hears_the_console_an_uncaught_error_and_a_violation_of_the_content_security_policy() {
        excuse("");
        body = "<script>done = true</script>";
        open("/");
        evaluate("console.warn('a warning')");
        evaluate("void setTimeout(() => { throw new Error('an error'); })");
        evaluate("new Promise(done => setTimeout(done))");

        assertThat(complaints()).hasSize(3).anyMatch(complaint -> complaint.contains("Content Security Policy"))
                .anyMatch(complaint -> complaint.startsWith("warning: a warning"))
                .anyMatch(complaint -> complaint.startsWith("uncaught: Error: an error"));
    }

    @Test
    void hears_every_tab_and_every_visitor() {
        excuse("of ");
        newTab().evaluate("console.error('of a tab')");
        newVisitor().evaluate("console.error('of a visitor')");

        assertThat(complaints()).hasSize(2);
    }

    @Test
    void lists_what_is_asked_of_somebody_else() {
        excuse("Failed to load resource");
        body = "<img alt='' src='http://127.0.0.1:1/picture'><img alt='' src='data:,'><img alt='' src='/own'>";
        open("/");

        assertThat(foreignRequests()).containsExactly("http://127.0.0.1:1/picture");
    }

    @Test
    void tabs_share_what_is_stored_and_visitors_do_not() {
        Page tab = newTab();
        Page visitor = newVisitor();
        for (Page each : List.of(page, tab, visitor)) {
            each.navigate(home().toString());
        }
        evaluate("localStorage.setItem('name', 'Ada')");

        assertThat(tab.evaluate("localStorage.getItem('name')")).isEqualTo("Ada");
        assertThat(visitor.evaluate("localStorage.getItem('name')")).isNull();
    }

    @Test
    void tells_which_element_keeps_people_out() {
        body = "<main><h1>Hello</h1><p>Text</p></main>";
        open("/");
        assertAccessible();
        body = "<main><h1>Hello</h1><img id=unnamed src='data:,'></main>";
        open("/");

        assertThatThrownBy(() -> assertAccessible()).isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("image-alt", "#unnamed");
        assertAccessible("image-alt");
    }

    @Test
    void copies_and_reads_the_clipboard() {
        open("/");
        allowClipboard();
        evaluate("navigator.clipboard.writeText('copied')");

        assertThat(clipboard()).isEqualTo("copied");
    }

    @Test
    void shows_a_page_on_a_small_dark_screen() {
        open("/");
        screen(375, 700, true);

        assertThat(evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"))
                .isEqualTo(List.of(375, true));
    }

    @Test
    void waits_for_what_comes_true_only_later() {
        open("/");
        evaluate("void setTimeout(() => window.late = {done: true}, 50)");
        awaitTrue("late.done");

        assertThat(evaluate("late.done")).isEqualTo(true);
    }
}

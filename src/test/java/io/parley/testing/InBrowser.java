package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A test of a page in a real browser without a window. Every test is a new visitor, with nothing stored, and fails if the
 * browser complains about anything.
 */
@ExtendWith(InBrowser.Keeper.class)
public abstract class InBrowser {
    private static final Path PICTURES = Path.of("target", "page");
    private static final Path FAILED = PICTURES.resolve("failed");
    /** Only a failing test waits for so long. On a busy machine, a page that draws a large reply reacts late to a click. */
    private static final double PATIENCE_MILLIS = Size.of(60_000, 300_000);
    private static Browser browser;
    private final List<Visit> visits = new ArrayList<>();
    private final List<String> excused = new ArrayList<>();
    private String name = "";
    /** The first tab of the visitor, or the one that a test looks at next. */
    protected Page page;

    /** Where the service under test serves. */
    protected abstract URI home();

    @BeforeAll
    static void startBrowser() {
        if (browser != null && browser.isConnected()) {
            return;
        }
        // Unpacking may lose it.
        if (!Path.of(System.getProperty("playwright.cli.dir"), "node").toFile().setExecutable(true)) {
            throw new IllegalStateException("no Node.js in " + System.getProperty("playwright.cli.dir"));
        }
        Chromium chromium = Chromium.find();
        // They end with this JVM, because their starting takes seconds, and every visitor has a context of its own.
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1",
                        "TMPDIR", Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().toString())));
        Runtime.getRuntime().addShutdownHook(new Thread(playwright::close));
        browser = playwright.chromium().launch(chromium.options());
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    }

    @BeforeEach
    void visit(TestInfo test) {
        name = test.getTestClass().orElseThrow().getSimpleName() + "." + test.getTestMethod().orElseThrow().getName();
        page = newVisitor();
    }

    @AfterEach
    void leave() {
        try {
            List<String> unexcused = complaints().stream().filter(complaint -> excused.stream().noneMatch(complaint::contains))
                    .toList();
            if (!unexcused.isEmpty()) {
                keep();
            }
            assertThat(unexcused).as("what the browser complains about").isEmpty();
        } finally {
            visits.forEach(Visit::close);
            visits.clear();
        }
    }

    /**
     * Opens a tab of another visitor, with its own storage and cookies. The visitor prefers no motion, because motion takes
     * much time in a browser without a graphics card; {@link #screen} allows motion.
     */
    protected final Page newVisitor() {
        return newVisitor(
                new Browser.NewContextOptions().setViewportSize(1000, 800).setReducedMotion(ReducedMotion.REDUCE));
    }

    /** Likewise, with another device or other habits. */
    protected final Page newVisitor(Browser.NewContextOptions options) {
        Visit visit = new Visit(browser, options);
        visits.add(visit);
        visit.context().setDefaultTimeout(PATIENCE_MILLIS);
        return visit.context().newPage();
    }

    /** Another tab of the same visitor. */
    protected final Page newTab() {
        return page.context().newPage();
    }

    /** Shows the page at a path, which may have a query and a fragment, of the service. */
    protected final void open(String path) {
        page.navigate(home().resolve(path).toString());
    }

    /** The value of an expression in the page, a promise awaited. */
    @CanIgnoreReturnValue
    protected final Object evaluate(String expression) {
        return page.evaluate(expression);
    }

    /** Waits until an expression in the page, which may fail until then, is true. */
    protected final void awaitTrue(String condition) {
        awaitTrue(page, condition);
    }

    /** Likewise in another tab. */
    protected static void awaitTrue(Page tab, String condition) {
        // Page.waitForFunction evaluates a text, which the content security policy of the page forbids.
        tab.evaluate("""
                limit => new Promise((done, fail) => {
                  const end = performance.now() + limit;
                  const holds = () => { try { return %s; } catch { return false; } };
                  const look = () => holds() ? done() : performance.now() < end ? setTimeout(look, 20)
                    : fail(new Error('not within ' + limit + ' ms'));
                  look();
                })""".formatted(condition), PATIENCE_MILLIS);
    }

    /** Shows the page on a screen of this size, in a light or dark scheme of colours, and allows motion. */
    protected final void screen(int width, int height, boolean dark) {
        page.setViewportSize(width, height);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.NO_PREFERENCE));
    }

    /** Keeps what the page shows as {@code target/page/<name>.png}. */
    protected final void screenshot(String picture) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(picture + ".png")));
    }

    /** Allows the visitor's pages to write to the clipboard, which all visitors share, and to read it. */
    protected final void allowClipboard() {
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"),
                new BrowserContext.GrantPermissionsOptions().setOrigin(origin()));
    }

    /** What the clipboard holds; see {@link #allowClipboard}. */
    protected final String clipboard() {
        page.bringToFront();
        return (String) page.evaluate("navigator.clipboard.readText()");
    }

    /** Errors and warnings of the console, violations of the content security policy among them, and uncaught exceptions. */
    protected final List<String> complaints() {
        return visits.stream().flatMap(visit -> visit.complaints().stream()).toList();
    }

    /** Lets the test pass whether or not the browser complains with a text that contains this. */
    protected final void excuse(String part) {
        excused.add(part);
    }

    /** What the pages asked for that is not the service's. */
    protected final List<String> foreignRequests() {
        return visits.stream().flatMap(visit -> visit.requests().stream()).filter(url -> !url.startsWith(origin() + "/"))
                .toList();
    }

    /** Fails with what keeps people from using the page as it is now, as far as rules can tell; some may be left out. */
    protected final void assertAccessible(String... withoutRules) {
        AxeRunOptions options = new AxeRunOptions();
        // The places where rules hold need not be described, which takes longer than the rules themselves.
        options.setResultTypes(List.of("violations"));
        assertThat(new AxeBuilder(page).setLegacyMode(true).options(options).analyze().getViolations().stream()
                .filter(rule -> !List.of(withoutRules).contains(rule.getId())).flatMap(InBrowser::places))
                .as("violations of the rules of accessibility").isEmpty();
    }

    private static Stream<String> places(Rule rule) {
        return rule.getNodes().stream().map(node -> rule.getId() + " (" + rule.getImpact() + "): " + rule.getHelp() + "\n  "
                + node.getTarget() + " " + node.getHtml() + "\n  " + node.getFailureSummary() + "\n");
    }

    private String origin() {
        return home().getScheme() + "://" + home().getAuthority();
    }

    /** What the service has printed, which is kept beside the pictures of a test that fails. */
    protected String printed() {
        return "";
    }

    private void keep() {
        try {
            Files.createDirectories(FAILED);
            Files.writeString(FAILED.resolve(name + ".log"), printed());
        } catch (IOException e) {
            System.err.println("No output of the service for " + name + ": " + e.getMessage());
        }
        for (int i = 0; i < visits.size(); i++) {
            try {
                visits.get(i).keep(FAILED, name + (i == 0 ? "" : "-visitor-" + (i + 1)));
            } catch (PlaywrightException e) {
                System.err.println("No picture or trace of " + name + ": " + e.getMessage());
            }
        }
    }

    /** Keeps what a test that fails had before it, while it is there. */
    static final class Keeper implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(
                ExtensionContext test, Throwable failure) throws Throwable {
            ((InBrowser) test.getRequiredTestInstance()).keep();
            throw failure;
        }
    }
}

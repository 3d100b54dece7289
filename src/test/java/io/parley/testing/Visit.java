package io.parley.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Tracing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One visitor of a page, with a storage and tabs of its own, and what its browser complained about and asked for. */
final class Visit implements AutoCloseable {
    /** A violation of the content security policy and a resource that did not load are errors of the console too. */
    private static final Set<String> BAD = Set.of("error", "warning", "assert");
    private static final Set<String> INWARD = Set.of("data:", "blob:", "about:");
    /** Off by default, because copies of the page before and after each action take a third of the tests' processor time. */
    private static final boolean SNAPSHOTS = Boolean.getBoolean("snapshots");
    private final BrowserContext context;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private boolean kept;

    Visit(Browser browser, Browser.NewContextOptions options) {
        this.context = browser.newContext(options);
        context.onConsoleMessage(this::note);
        context.onWebError(error -> complaints.add("uncaught: " + error.error()));
        context.onRequest(this::note);
        context.tracing().start(new Tracing.StartOptions().setSnapshots(SNAPSHOTS));
    }

    private void note(ConsoleMessage message) {
        if (BAD.contains(message.type())) {
            complaints.add(message.type() + ": " + message.text() + " (" + message.location() + ")");
        }
    }

    private void note(Request request) {
        if (INWARD.stream().noneMatch(request.url()::startsWith)) {
            requests.add(request.url());
        }
    }

    BrowserContext context() {
        return context;
    }

    /** What was complained about so far. */
    List<String> complaints() {
        drain();
        return List.copyOf(complaints);
    }

    /** The address of everything that was asked for so far and could have left the machine. */
    List<String> requests() {
        drain();
        return List.copyOf(requests);
    }

    /** Events come in order and are heard while a call waits: when the answer to a new question is there, so are they. */
    private void drain() {
        for (Page page : context.pages()) {
            page.evaluate("0");
        }
    }

    /** Keeps, of a test that failed, what every tab shows and a trace. */
    void keep(Path folder, String name) {
        if (kept) {
            return;
        }
        kept = true;
        List<Page> pages = context.pages();
        for (int i = 0; i < pages.size(); i++) {
            pages.get(i).screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + "-" + (i + 1) + ".png")));
        }
        context.tracing().stop(new Tracing.StopOptions().setPath(folder.resolve(name + ".zip")));
    }

    @Override
    public void close() {
        context.close();
    }
}

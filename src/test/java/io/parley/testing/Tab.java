package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** One tab of a {@link Browser}: what a user does and sees in it. */
public final class Tab implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final DevTools tools;

    Tab(URI uri) {
        this.tools = new DevTools(uri, this::note);
        for (String domain : List.of("Page", "Runtime", "Log")) {
            tools.send(domain + ".enable");
        }
    }

    private void note(JsonNode event) {
        String method = event.path("method").asText();
        JsonNode details = event.path("params");
        boolean bad = switch (method) {
            case "Runtime.exceptionThrown" -> true;
            case "Runtime.consoleAPICalled" -> List.of("error", "warning", "assert").contains(details.at("/type").asText());
            case "Log.entryAdded" -> List.of("error", "warning").contains(details.at("/entry/level").asText());
            default -> false;
        };
        if (bad) {
            complaints.add(details.toString());
        }
    }

    /** Errors and warnings of all pages shown so far, as the console lists them. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Shows a page and waits until it is loaded. */
    public void open(String url) {
        // A page of the same address would not be loaded again if only what follows the # differs.
        tools.send("Page.navigate", "url", "about:blank");
        tools.send("Page.navigate", "url", url);
        awaitTrue("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /** Loads the page again. */
    public void reload() {
        evaluate("window.old = true");
        tools.send("Page.reload");
        awaitTrue("window.old === undefined && document.readyState === 'complete'");
    }

    /** The value of an expression, a promise awaited. */
    @CanIgnoreReturnValue
    public JsonNode evaluate(String expression) {
        JsonNode answer = tools.send("Runtime.evaluate", "expression", expression, "awaitPromise", true, "returnByValue", true,
                "userGesture", true);
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.get("exceptionDetails").toString());
        }
        return answer.get("result").path("value");
    }

    /** Waits until an expression is true. */
    public void awaitTrue(String condition) {
        Awaitility.await(condition).atMost(PATIENCE).pollInterval(Duration.ofMillis(20))
                .ignoreExceptionsMatching(IllegalStateException.class::isInstance).until(() -> evaluate(condition).asBoolean());
    }

    /** What is written in the elements that a selector finds, whether visible or not. */
    public List<String> texts(String selector) {
        return evaluate("[...document.querySelectorAll('" + selector + "')].map(found => found.textContent)").valueStream()
                .map(JsonNode::asText).toList();
    }

    /** Clicks in the middle of an element with the mouse. */
    public void click(String selector) {
        awaitTrue("document.querySelector('" + selector + "')?.checkVisibility() && !document.querySelector('" + selector
                + "').disabled");
        JsonNode place = evaluate("(box => ({x: box.x + box.width / 2, y: box.y + box.height / 2}))(document.querySelector('"
                + selector + "').getBoundingClientRect())");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            tools.send("Input.dispatchMouseEvent", "type", type, "x", place.get("x").asDouble(), "y",
                    place.get("y").asDouble(), "button", "left", "clickCount", 1);
        }
    }

    /** Types into the element that has the focus. */
    public void type(String text) {
        tools.send("Input.insertText", "text", text);
    }

    /** Presses and releases Enter. */
    public void enter() {
        tools.send("Input.dispatchKeyEvent", "type", "keyDown", "key", "Enter", "code", "Enter", "text", "\r",
                "windowsVirtualKeyCode", 13);
        tools.send("Input.dispatchKeyEvent", "type", "keyUp", "key", "Enter", "code", "Enter", "windowsVirtualKeyCode", 13);
    }

    /** Shows pages as on a screen of this width, in a light or dark scheme of colours. */
    public void screen(int width, int height, boolean dark) {
        tools.send("Emulation.setDeviceMetricsOverride", "width", width, "height", height, "deviceScaleFactor", 1, "mobile",
                width < 500);
        tools.send("Emulation.setEmulatedMedia", "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light")));
    }

    /** Keeps what is seen as a PNG file. */
    public void photograph(Path file) {
        byte[] image = Base64.getDecoder().decode(tools.send("Page.captureScreenshot", "format", "png").get("data").asText());
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        tools.send("Page.close");
        tools.close();
    }
}

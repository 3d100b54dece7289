package io.parley.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real Chromium without a window. It is spoken to in the protocol of its developer tools, which needs no driver: the usual
 * ones are a download of 200 MB, for dev mode too.
 */
public final class Browser implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> INSTALL = List.of("sh", "-c",
            "timeout 120 apt-get -qq update; timeout 400 apt-get -qq -y --no-install-recommends install chromium");
    private final Process process;
    private final Path profile;
    private final String address;
    private final DevTools tools;

    private Browser(String program) throws IOException {
        this.profile = Files.createTempDirectory("parley-browser");
        this.process = new ProcessBuilder(program, "--headless=new", "--remote-debugging-port=0", "--user-data-dir=" + profile,
                "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                "--hide-scrollbars", "--force-color-profile=srgb", isRoot() ? "--no-sandbox" : "--no-default-browser-check",
                "about:blank")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        List<String> contact = contact(profile.resolve("DevToolsActivePort"));
        this.address = "ws://127.0.0.1:" + contact.getFirst();
        this.tools = new DevTools(URI.create(address + contact.getLast()), _ -> {
        });
    }

    /** Starts the one that is installed; the test is skipped, and in a continuous integration fails, where there is none. */
    public static Browser start() {
        Optional<String> program = installed().or(Browser::install);
        if (program.isEmpty()) {
            throw Missing.program("Chromium", "apt-get install -y chromium");
        }
        try {
            return new Browser(program.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new tab that shares nothing, no stored data either, with the others. */
    public Tab newTab() {
        String context = tools.send("Target.createBrowserContext").get("browserContextId").asText();
        String target = tools.send("Target.createTarget", "url", "about:blank", "browserContextId", context).get("targetId")
                .asText();
        return new Tab(URI.create(address + "/devtools/page/" + target));
    }

    private static Optional<String> installed() {
        Stream<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        return Stream.concat(folders.flatMap(folder -> NAMES.stream().map(folder::resolve)),
                Stream.of(Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    private static Optional<String> install() {
        if (!isRoot() || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            return Optional.empty();
        }
        try {
            ProcessBuilder installation = new ProcessBuilder(INSTALL).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            installation.environment().put("DEBIAN_FRONTEND", "noninteractive");
            return installation.start().waitFor() == 0 ? installed() : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The port and the path, which the browser writes down once it listens. */
    private static List<String> contact(Path file) throws IOException {
        Awaitility.await().atMost(START).pollInterval(Duration.ofMillis(20))
                .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 2);
        return Files.readAllLines(file);
    }

    @Override
    public void close() {
        tools.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).filter(file -> !file.delete())
                    .forEach(File::deleteOnExit);
        } catch (IOException | UncheckedIOException _) {
            // A process of it that is just ending has removed a file; what is left lies in the temporary directory.
        }
    }
}

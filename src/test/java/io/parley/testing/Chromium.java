package io.parley.testing;

import com.microsoft.playwright.BrowserType;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Chromium of this machine.
 *
 * @param environment what it needs besides that of the test
 */
record Chromium(Path program, Map<String, String> environment) {
    /** The shell without windows first: it is the same browser, and takes half of the processor time. */
    private static final List<String> NAMES = List.of("chromium-headless-shell", "chrome-headless-shell", "chromium",
            "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> INSTALL = List.of("sh", "-c", """
            timeout 120 apt-get -qq update
            for package in chromium-headless-shell chromium; do
              timeout 400 apt-get -qq -y --no-install-recommends install $package && exit
            done
            exit 1""");

    /**
     * The one that is installed, or can be by who runs the test, or comes from npm; the test is skipped, and in a continuous
     * integration fails, where there is none.
     */
    static Chromium find() {
        // Of several processes that want it the first one installs it.
        try (FileChannel file = FileChannel.open(Files.createDirectories(Path.of("target")).resolve("chromium.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            return get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Chromium get() {
        return installed().or(Chromium::install).map(program -> new Chromium(program, Map.of())).or(NpmChromium::get)
                .orElseThrow(() -> Missing.program("Chromium", "apt-get install -y chromium"));
    }

    /** How Playwright starts it. */
    BrowserType.LaunchOptions options() {
        Map<String, String> all = new HashMap<>(System.getenv());
        // Its settings and its caches would go into the home directory of the user.
        String temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath().toString();
        all.putAll(Map.of("TMPDIR", temporary, "XDG_CONFIG_HOME", temporary, "XDG_CACHE_HOME", temporary));
        all.putAll(environment);
        return new BrowserType.LaunchOptions().setExecutablePath(program).setEnv(all)
                .setArgs(List.of("--force-color-profile=srgb"));
    }

    private static Optional<Path> installed() {
        Stream<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        List<Path> all = folders.toList();
        return Stream.concat(NAMES.stream().flatMap(name -> all.stream().map(folder -> folder.resolve(name))),
                Stream.of(Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")))
                .filter(Files::isExecutable).findFirst();
    }

    private static Optional<Path> install() {
        if (!"root".equals(System.getProperty("user.name")) || !Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
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
}

package io.parley.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Chromium that comes as a package of npm, with the libraries and a font that a machine without one lacks: for a machine that
 * has none and where nothing may be installed.
 */
final class NpmChromium {
    private static final String PACKAGE = "https://registry.npmjs.org/@sparticuz/chromium/-/chromium-153.0.0.tgz";
    private static final String SHA_512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==";
    private static final Path FOLDER = Path.of("target", "chromium").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> ARCHIVES = List.of("al2023.tar", "fonts.tar", "swiftshader.tar");
    private static final String BROTLI = """
            stream.pipeline(fs.createReadStream(process.argv[1]), zlib.createBrotliDecompress(),
              fs.createWriteStream(process.argv[2]), error => process.exit(error ? 1 : 0))""";

    private NpmChromium() {
    }

    /** It, unpacked into the folder of the build; empty where it does not run or cannot be had. */
    static Optional<Chromium> get() {
        if (!"Linux".equals(System.getProperty("os.name")) || !"amd64".equals(System.getProperty("os.arch"))) {
            return Optional.empty();
        }
        try {
            if (Files.notExists(FOLDER)) {
                unpack(Files.createTempDirectory(Files.createDirectories(FOLDER.getParent()), "chromium"));
            }
            return Optional.of(new Chromium(FOLDER.resolve("chromium"), Map.of("LD_LIBRARY_PATH",
                    FOLDER.resolve("lib").toString(), "FONTCONFIG_FILE", FOLDER.resolve("fonts.conf").toString())));
        } catch (IOException e) {
            System.err.println("No Chromium from npm: " + e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void unpack(Path folder) throws IOException, InterruptedException {
        Path loaded = folder.resolve("chromium.tgz");
        load(loaded);
        run("tar", "-xzf", loaded.toString(), "-C", folder.toString(), "--strip-components=2", "package/bin");
        Files.delete(loaded);
        expand(folder, "chromium");
        for (String archive : ARCHIVES) {
            expand(folder, archive);
            run("tar", "-xf", folder.resolve(archive).toString(), "-C", folder.toString());
            Files.delete(folder.resolve(archive));
        }
        Files.writeString(folder.resolve("fonts.conf"),
                "<fontconfig><dir>%s</dir><dir>/usr/share/fonts</dir><cachedir>%s</cachedir></fontconfig>"
                        .formatted(FOLDER.resolve("fonts"), FOLDER.resolve("fonts-cache")));
        run("chmod", "755", folder.resolve("chromium").toString());
        // Last, so that one that is there is whole.
        Files.move(folder, FOLDER, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void load(Path file) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            int status = http
                    .send(HttpRequest.newBuilder(URI.create(PACKAGE)).timeout(LIMIT).build(), BodyHandlers.ofFile(file))
                    .statusCode();
            if (status != 200 || !SHA_512.equals(digest(file))) {
                throw new IOException(PACKAGE + " answers " + status + ", or not with what is expected");
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Java has no Brotli; the Node.js that comes with Playwright has. */
    private static void expand(Path folder, String name) throws IOException, InterruptedException {
        Path packed = folder.resolve(name + ".br");
        run(Path.of(System.getProperty("playwright.cli.dir"), "node").toString(), "-e", BROTLI, packed.toString(),
                folder.resolve(name).toString());
        Files.delete(packed);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}

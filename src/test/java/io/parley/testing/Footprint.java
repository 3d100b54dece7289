package io.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a gateway holds at a moment.
 *
 * @param handles open files and sockets of the process; 0 where the system does not tell
 * @param heapBytes of objects that are in use: what a full collection leaves
 * @param connections HTTP connections, as its own gauge says
 */
public record Footprint(int handles, long heapBytes, long connections) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern CONNECTIONS = Pattern.compile("(?m)^http_server_active_connections(?:\\{[^}]*})? ([0-9.E]+)");

    /** Measures; collects the garbage of the gateway's heap for it. */
    public static Footprint of(Gateway gateway) {
        return new Footprint(handles(gateway.pid()), heap(gateway.pid()), connections(gateway.managementUri()));
    }

    private static int handles(long pid) {
        Path open = Path.of("/proc", Long.toString(pid), "fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(open)) {
            for (Path _ : files) {
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    /** A histogram of live objects begins with a full collection, whatever the collector. */
    private static long heap(long pid) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram").start();
            String histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return Long.parseLong(found(TOTAL, histogram));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long connections(URI management) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics = client
                    .send(HttpRequest.newBuilder(management.resolve("/q/metrics")).build(), BodyHandlers.ofString())
                    .body();
            return (long) Double.parseDouble(found(CONNECTIONS, metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in:\n" + text);
        }
        return matcher.group(1);
    }
}

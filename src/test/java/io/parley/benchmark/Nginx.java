package io.parley.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** A reverse proxy that only passes bytes on: the practical limit. */
final class Nginx implements AutoCloseable {
    private static final String CONFIGURATION = """
            daemon off;
            %s
            worker_processes auto;
            pid %2$s/pid;
            error_log %2$s/error.log;
            events { worker_connections 20000; }
            http {
              access_log off;
              client_body_temp_path %2$s/body;
              proxy_temp_path %2$s/proxy;
              fastcgi_temp_path %2$s/fastcgi;
              uwsgi_temp_path %2$s/uwsgi;
              scgi_temp_path %2$s/scgi;
              keepalive_requests 1000000;
              upstream provider { server 127.0.0.1:%3$d; keepalive 4096; keepalive_requests 1000000; }
              server {
                listen 127.0.0.1:%4$d backlog=8192;
                location / {
                  proxy_pass http://provider;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_read_timeout 600s;
                }
              }
            }
            """;
    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one before a server; nothing where none is installed. */
    static Optional<Nginx> before(int upstream) {
        Stream<Path> usual = Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin").map(Path::of);
        Stream<Path> further = Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        return Stream.concat(usual, further).map(directory -> directory.resolve("nginx"))
                .filter(Files::isExecutable).findFirst().map(binary -> start(binary, upstream));
    }

    private static Nginx start(Path binary, int upstream) {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            Path directory = Files.createTempDirectory("parley-nginx");
            String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
            Path file = Files.writeString(directory.resolve("nginx.conf"),
                    CONFIGURATION.formatted(user, directory, upstream, port));
            return new Nginx(new ProcessBuilder(binary.toString(), "-p", directory.toString(), "-c", file.toString())
                    .inheritIO().start(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
    }
}

package io.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** The redis-server program that comes inside a library, put where it can be run: temporary directories often forbid that. */
final class RedisBinary {
    private static final String NAME = "redis-server-7.0.15";

    private RedisBinary() {
    }

    /**
     * The program in the data directory, put there at the first use.
     *
     * @throws StartRefused if there is none for this machine
     */
    static Path in(DataDirectory data) throws IOException {
        Path program = data.resolve(NAME);
        if (Files.isExecutable(program)) {
            return program;
        }
        Path copy = data.resolve(NAME + ".new");
        try (InputStream in = RedisBinary.class.getResourceAsStream("/" + NAME + "-" + platform())) {
            if (in == null) {
                throw new StartRefused("There is no embedded Redis for this machine (" + platform()
                        + "): start a Redis and set quarkus.redis.hosts (QUARKUS_REDIS_HOSTS).");
            }
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        DataDirectory.restrict(copy, "rwx------");
        return Files.move(copy, program, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (system.startsWith("mac") ? "darwin" : system.startsWith("linux") ? "linux" : system.replace(' ', '-')) + "-"
                + switch (machine) {
                    case "amd64", "x86_64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    case "x86", "i386", "i686" -> "386";
                    default -> machine;
                };
    }
}

package io.parley.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The directory in which Parley keeps data of its own: readable by nobody else, used by one process at a time. */
final class DataDirectory {
    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes and locks the directory.
     *
     * @throws StartRefused if another process uses it or it cannot be written
     */
    static DataDirectory open(Path directory) {
        try {
            Path path = Files.createDirectories(directory).toRealPath();
            restrict(path, "rwx------");
            FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                channel.close();
                throw new StartRefused("Another Parley uses the data directory " + path
                        + ": stop it, or set parley.data-dir to another directory.");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StartRefused("The data directory " + directory.toAbsolutePath().normalize()
                    + " cannot be used (" + e.getClass().getSimpleName() + "): set parley.data-dir to a writable directory.");
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            @Nullable
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            // A start of this very process that failed, before a live reload: the directory is ours already.
            return true;
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    Path path() {
        return path;
    }

    /** Writes a file that nobody else may read, in place of an earlier one. */
    Path write(String name, String text) throws IOException {
        Path file = path.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file);
        restrict(file, "rw-------");
        return Files.writeString(file, text);
    }

    static void restrict(Path path, String permissions) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix") && !Files.isSymbolicLink(path)
                && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    /** Lets another process use it. */
    void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // The lock ends with the process at the latest.
        }
    }
}

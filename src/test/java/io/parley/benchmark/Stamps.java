package io.parley.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * When the provider got a request and sent each token of the reply, in memory that both processes share: one clock, and not a
 * byte more on the wire. Nanoseconds of {@link System#nanoTime}, which on Linux and macOS is the machine's, not the process's.
 */
final class Stamps {
    /** Most tokens of one reply. */
    static final int TOKENS = 4_093;
    private static final int CALLS = 1;
    private static final int MESSAGES = 2;
    private static final int FIRST_TOKEN = 3;
    private static final int ROW = TOKENS + FIRST_TOKEN;
    private final LongBuffer times;

    private Stamps(LongBuffer times) {
        this.times = times;
    }

    /** A new file for so many clients. */
    static Path create(int slots) {
        Path memory = Path.of("/dev/shm");
        try {
            Path file = Files.isWritable(memory) ? Files.createTempFile(memory, "parley-benchmark", "")
                    : Files.createTempFile("parley-benchmark", "");
            file.toFile().deleteOnExit();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.map(MapMode.READ_WRITE, 0, (long) slots * ROW * Long.BYTES).putLong(0, 0);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stamps open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Stamps(channel.map(MapMode.READ_WRITE, 0, channel.size()).asLongBuffer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The provider has been asked, with so many messages. */
    void asked(int slot, int messages) {
        times.put(slot * ROW + MESSAGES, messages);
        times.put(slot * ROW + CALLS, calls(slot) + 1);
        times.put(slot * ROW, System.nanoTime());
    }

    void sent(int slot, int token) {
        times.put(slot * ROW + FIRST_TOKEN + token, System.nanoTime());
    }

    /** How often the provider has been asked. */
    long calls(int slot) {
        return times.get(slot * ROW + CALLS);
    }

    /** How many messages the newest of these requests held. */
    long messages(int slot) {
        return times.get(slot * ROW + MESSAGES);
    }

    long askedAt(int slot) {
        return times.get(slot * ROW);
    }

    long sentAt(int slot, int token) {
        return times.get(slot * ROW + FIRST_TOKEN + token);
    }
}

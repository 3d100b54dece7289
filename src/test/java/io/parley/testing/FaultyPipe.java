package io.parley.testing;

import io.parley.testing.Toxics.Passing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One direction of one connection of a {@link FaultProxy}: reads here, writes there, as the direction's toxics say. */
final class FaultyPipe {
    private static final int BUFFER = 65_536;
    private final FaultyDirection direction;
    private final Socket from;
    private final Socket to;
    private Toxics toxics = Toxics.NONE;
    private long passed;
    private volatile boolean ended;
    private volatile boolean lossy;

    FaultyPipe(FaultyDirection direction, Socket from, Socket to) {
        this.direction = direction;
        this.from = from;
        this.to = to;
    }

    /** Passes bytes until this side ends, and then says so to the other one; fails when either is cut. */
    void run() throws IOException {
        byte[] buffer = new byte[BUFFER];
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            pass(buffer, read);
        }
        end();
    }

    /** Tells the other side that nothing more comes; what comes all the same is dropped. */
    void end() throws IOException {
        if (!ended) {
            ended = true;
            to.shutdownOutput();
        }
    }

    /** Whether anything was lost on the way. */
    boolean isLossy() {
        return lossy;
    }

    private void pass(byte[] bytes, int length) throws IOException {
        direction.pause(current().latency());
        for (int at = 0; at < length;) {
            direction.awaitFlow();
            int size = slice(length - at);
            if (toxics.passing() == Passing.LOST) {
                lossy = true;
            } else if (!ended) {
                write(bytes, at, size);
            }
            at += size;
        }
    }

    private int slice(int left) {
        Toxics now = current();
        int size = now.slice() > 0 ? Math.min(now.slice(), left) : left;
        return now.resetAfter() < 0 ? size : (int) Math.min(size, Math.max(1, now.resetAfter() - passed));
    }

    private void write(byte[] bytes, int at, int size) throws IOException {
        OutputStream out = to.getOutputStream();
        if (toxics.resetAfter() != 0) {
            out.write(bytes, at, size);
            passed += size;
        }
        if (toxics.resetAfter() >= 0 && passed >= toxics.resetAfter()) {
            FaultProxy.reset(from);
            FaultProxy.reset(to);
        }
        if (toxics.bytesPerSecond() > 0) {
            direction.pause(Duration.ofNanos(size * TimeUnit.SECONDS.toNanos(1) / toxics.bytesPerSecond()));
        }
    }

    /** The toxics as they are; new ones count anew. */
    private Toxics current() {
        Toxics now = direction.toxics();
        if (now != toxics) {
            toxics = now;
            passed = 0;
        }
        return now;
    }
}

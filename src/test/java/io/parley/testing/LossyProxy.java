package io.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to a Redis on which answers can get lost, or on which nothing passes any more, while Redis itself and other ways to
 * it are well.
 */
public final class LossyProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean losesAnswers;
    private volatile boolean refuses;

    private LossyProxy(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A way to what listens on this port of this machine. */
    public static LossyProxy to(int port) {
        LossyProxy proxy = new LossyProxy(port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** What a Redis client connects to. */
    public String url() {
        return "redis://127.0.0.1:" + server.getLocalPort();
    }

    /** From now on what is asked arrives, and what is answered does not. */
    public void loseAnswers() {
        losesAnswers = true;
    }

    /** Cuts all connections and lets no new one live. */
    public void cut() {
        refuses = true;
        closeAll();
    }

    /** Lets everything pass again; connections on which an answer was lost are cut. */
    public void mend() {
        boolean cuts = losesAnswers;
        losesAnswers = false;
        refuses = false;
        if (cuts) {
            closeAll();
        }
    }

    /** How many connections were made so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many sockets are open, two for each connection: one on either side. */
    public long open() {
        return sockets.stream().filter(socket -> !socket.isClosed()).count();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeAll();
    }

    private void closeAll() {
        sockets.forEach(LossyProxy::close);
        sockets.clear();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                if (refuses) {
                    close(client);
                    continue;
                }
                Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(redis);
                Thread.ofVirtual().start(() -> pass(client, redis, false));
                Thread.ofVirtual().start(() -> pass(redis, client, true));
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[65536];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!(answers && losesAnswers)) {
                    out.write(buffer, 0, read);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // One side has gone, and the other one goes with it.
            sockets.remove(from);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

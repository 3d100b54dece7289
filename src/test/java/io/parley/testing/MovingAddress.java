package io.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An address that leads to one server and later to another one, as that of a service does when its server fails over:
 * connections that are there stay where they are, new ones go to the new server.
 */
public final class MovingAddress implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target;

    private MovingAddress(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address of what listens on this port of this machine. */
    public static MovingAddress of(int port) {
        MovingAddress address = new MovingAddress(port);
        Thread.ofVirtual().start(address::accept);
        return address;
    }

    /** What a Redis client connects to. */
    public String url() {
        return "redis://127.0.0.1:" + server.getLocalPort();
    }

    /** Leads new connections to another port. */
    public void moveTo(int port) {
        target = port;
    }

    @Override
    public void close() {
        close(server);
        sockets.forEach(MovingAddress::close);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(redis);
            Thread.ofVirtual().start(() -> pass(client, redis));
            pass(redis, client);
        } catch (IOException e) {
            // Nobody is there: the client sees that too.
            close(client);
        }
    }

    private void pass(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone, and the other one goes with it.
            sockets.remove(from);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

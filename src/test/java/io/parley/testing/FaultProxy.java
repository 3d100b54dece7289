package io.parley.testing;

import io.parley.testing.Toxics.Passing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way over TCP on which things go wrong when a test says so, while both ends and other ways between them are well. What it
 * does to the bytes of each direction is in {@link Toxics}; what it does to connections is done by its methods at once.
 */
public final class FaultProxy implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final FaultyDirection requests = new FaultyDirection();
    private final FaultyDirection answers = new FaultyDirection();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean refuses;
    private final AtomicInteger served = new AtomicInteger(Integer.MAX_VALUE);
    private final Set<Socket> ignored = ConcurrentHashMap.newKeySet();

    /** One client, and what it wanted to reach. */
    private record Connection(Socket client, Socket there, FaultyPipe asked, FaultyPipe answered) {

        void reset() {
            FaultProxy.reset(client);
            FaultProxy.reset(there);
        }

        void close() throws IOException {
            client.close();
            there.close();
        }
    }

    private FaultProxy(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A way to what listens on this port of this machine. */
    public static FaultProxy to(int port) {
        FaultProxy proxy = new FaultProxy(port);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** What a Redis client connects to. */
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** From now on, this happens to what clients send. */
    public void requests(Toxics toxics) {
        requests.set(toxics);
    }

    /** From now on, this happens to what clients are sent. */
    public void answers(Toxics toxics) {
        answers.set(toxics);
    }

    /** From now on what is asked arrives, and what is answered does not. */
    public void loseAnswers() {
        answers(Toxics.NONE.passing(Passing.LOST));
    }

    /** From now on nothing passes in either direction, and nobody is told; {@link #mend} lets it go on. */
    public void hold() {
        requests(Toxics.NONE.passing(Passing.HELD));
        answers(Toxics.NONE.passing(Passing.HELD));
    }

    /** Cuts all connections with RST; new ones live. */
    public void reset() {
        connections.forEach(Connection::reset);
    }

    /** Tells all servers that their clients will send nothing more; their answers still pass. */
    public void halfClose() {
        for (Connection connection : connections) {
            try {
                connection.asked().end();
            } catch (IOException e) {
                connection.reset();
            }
        }
    }

    /** Lets no new connection live; those there are go on. */
    public void refuse() {
        refuses = true;
    }

    /** Takes new connections and never answers on them, until it is mended; those there are go on. */
    public void ignore() {
        ignoreAfter(0);
    }

    /** As above, but so many of the new ones live. */
    public void ignoreAfter(int connections) {
        served.set(connections);
    }

    /** How many clients have a connection to what it leads to. */
    public int connections() {
        return connections.size();
    }

    /** Cuts one of the connections with RST. */
    public void resetOne() {
        connections.stream().findAny().ifPresent(Connection::reset);
    }

    /** Cuts all connections and lets no new one live. */
    public void cut() {
        refuse();
        reset();
    }

    /** Lets everything pass again; connections on which something was lost are cut. */
    public void mend() {
        refuses = false;
        served.set(Integer.MAX_VALUE);
        ignored.forEach(FaultProxy::reset);
        ignored.clear();
        requests(Toxics.NONE);
        answers(Toxics.NONE);
        connections.stream().filter(connection -> connection.asked().isLossy() || connection.answered().isLossy())
                .forEach(Connection::reset);
    }

    /** How many connections were made so far. */
    public int accepted() {
        return accepted.get();
    }

    /** How many sockets are open, two for each connection: one on either side. */
    public long open() {
        return 2L * connections.size();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mend();
        reset();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                accepted.incrementAndGet();
                if (refuses) {
                    reset(client);
                } else if (served.getAndDecrement() <= 0) {
                    ignore(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // The proxy was closed, or what it leads to is away: then the client has been told.
            }
        }
    }

    private void ignore(Socket client) {
        ignored.add(client);
        if (served.get() > 0) {
            // It has been mended meanwhile.
            reset(client);
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            there.setTcpNoDelay(true);
            Connection connection = new Connection(client, there, new FaultyPipe(requests, client, there),
                    new FaultyPipe(answers, there, client));
            connections.add(connection);
            Thread.ofVirtual().start(() -> serve(connection));
        } catch (IOException e) {
            reset(client);
            throw e;
        }
    }

    private void serve(Connection connection) {
        Thread answering = Thread.ofVirtual().start(() -> run(connection, connection.answered()));
        run(connection, connection.asked());
        try {
            answering.join();
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.remove(connection);
    }

    private static void run(Connection connection, FaultyPipe pipe) {
        try {
            pipe.run();
        } catch (IOException e) {
            // One side has gone, and the other one goes with it.
            connection.reset();
        }
    }

    /** Closes with RST. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.parley.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A client that does as much of an HTTP request as a test wants, and reads as little. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private final Socket socket = new Socket();

    /** Connects; the system buffers about this much of what is not read, 0 for as much as it likes. */
    public RawClient(URI server, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), PATIENCE_MILLIS);
    }

    /** Asks for a stream below {@code /api/v1}; a body makes it a POST. */
    public void ask(String path, String body) throws IOException {
        String method = body.isEmpty() ? "GET" : "POST";
        write(method + " /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Sends these characters as they are. */
    public void write(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads what is there, waiting for at least one byte; fewer than asked for, empty at the end. */
    public String read(int most) throws IOException {
        byte[] buffer = new byte[most];
        int read = socket.getInputStream().read(buffer);
        return read < 0 ? "" : new String(buffer, 0, read, StandardCharsets.UTF_8);
    }

    /** Returns whether a byte or the end comes within this time. The byte is dropped. */
    public boolean awaitBytes(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            int unused = socket.getInputStream().read();
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    /** Reads until these characters have come. */
    public String readUntil(String end) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf(end) < 0) {
            String part = read(1 << 16);
            if (part.isEmpty()) {
                throw new EOFException("the connection ended after: " + all);
            }
            all.append(part);
        }
        return all.toString();
    }

    /** Reads until the server closes or resets the connection. */
    public String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            for (String part = read(1 << 16); !part.isEmpty(); part = read(1 << 16)) {
                all.append(part);
            }
        } catch (SocketException _) {
            // The bytes before the reset count.
        }
        return all.toString();
    }

    /** Leaves without a word: RST. */
    public void vanish() {
        FaultProxy.reset(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Speaks to the embedded server before there is a client and after it has gone. */
final class RedisProbe {
    private static final int PATIENCE = 2000;

    private RedisProbe() {
    }

    /** Whether it answers, which it does not while it loads its data. */
    static boolean answers(int port, String password) {
        return send(port, List.of("AUTH " + password, "PING")).equals("+PONG");
    }

    /** Lets it write everything to disk and end. */
    static boolean shutDown(int port, String password) {
        return send(port, List.of("AUTH " + password, "SHUTDOWN")).isEmpty();
    }

    /** The last answer, empty if the connection ended or never was. */
    static String send(int port, List<String> commands) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            socket.setSoTimeout(PATIENCE);
            String answer = "";
            for (String command : commands) {
                socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
                answer = line(socket.getInputStream());
            }
            return answer;
        } catch (IOException _) {
            return "";
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}

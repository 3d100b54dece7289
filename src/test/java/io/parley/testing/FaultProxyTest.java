package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.parley.testing.Toxics.Passing;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault of the proxy does what it says, and ends when it shall. */
class FaultProxyTest {
    private static final String TEXT = "Grüße \uD83D\uDE42 ";
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);
    private static final int PATIENCE_MILLIS = 10_000;
    private ServerSocket server;
    private FaultProxy proxy;
    private final List<Integer> reads = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::echo);
        proxy = FaultProxy.to(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private void echo() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void echo(Socket socket) {
        byte[] buffer = new byte[1024];
        try (socket) {
            for (int read = socket.getInputStream().read(buffer); read >= 0; read = socket.getInputStream().read(buffer)) {
                reads.add(read);
                socket.getOutputStream().write(buffer, 0, read);
            }
            socket.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            reads.add(-1);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static void say(Socket socket) throws IOException {
        socket.getOutputStream().write(BYTES);
    }

    private static String hear(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(BYTES.length), StandardCharsets.UTF_8);
    }

    private static void assertHears(Socket socket) throws IOException {
        say(socket);
        assertThat(hear(socket)).isEqualTo(TEXT);
    }

    @Test
    void lets_everything_pass_and_forgets_a_connection_when_both_sides_have_ended() throws IOException {
        try (Socket socket = connect()) {
            assertHears(socket);
            assertThat(proxy.open()).isEqualTo(2);
        }
        await().until(() -> proxy.open() == 0);
        assertThat(proxy.accepted()).isEqualTo(1);
    }

    @Test
    void cuts_characters_in_two_where_a_slice_falls_so() throws IOException {
        proxy.requests(Toxics.NONE.slices(1).bandwidth(100));
        proxy.answers(Toxics.NONE.slices(3));
        try (Socket socket = connect()) {
            assertHears(socket);
        }
        assertThat(reads.getFirst()).isLessThan(BYTES.length);
    }

    @Test
    void passes_late_and_slowly() throws IOException {
        proxy.requests(Toxics.NONE.latency(Duration.ofMillis(60)));
        proxy.answers(Toxics.NONE.slices(1).bandwidth(200));
        try (Socket socket = connect()) {
            long start = System.nanoTime();
            assertHears(socket);
            // At least: a pause is never shorter than asked for, on whatever machine.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isGreaterThan(Duration.ofMillis(60 + 5L * (BYTES.length - 1)));
        }
    }

    @Test
    void resets_a_connection_in_the_middle_of_what_is_sent() throws IOException {
        proxy.requests(Toxics.NONE.resetAfter(5));
        try (Socket socket = connect()) {
            say(socket);
            assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
        await().until(() -> proxy.open() == 0);
        assertThat(reads.stream().filter(read -> read > 0).mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(5);
    }

    @Test
    void resets_all_connections_now_and_lets_new_ones_live() throws IOException {
        try (Socket socket = connect(); Socket next = connect()) {
            assertHears(socket);
            proxy.reset();
            assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketException.class);
            try (Socket later = connect()) {
                assertHears(later);
            }
        }
    }

    @Test
    void half_closes_so_that_answers_still_pass() throws IOException {
        try (Socket socket = connect()) {
            assertHears(socket);
            proxy.halfClose();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("bye");
        }
    }

    @Test
    void holds_everything_back_and_then_loses_nothing() throws IOException {
        try (Socket socket = connect()) {
            assertHears(socket);
            proxy.hold();
            say(socket);
            assertIsSilent(socket);
            proxy.mend();
            assertThat(hear(socket)).isEqualTo(TEXT);
        }
    }

    @Test
    void loses_answers_and_cuts_where_something_was_lost() throws IOException {
        proxy.loseAnswers();
        try (Socket socket = connect()) {
            say(socket);
            await().until(() -> reads.contains(BYTES.length));
            assertIsSilent(socket);
            proxy.mend();
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void loses_what_is_asked() throws IOException {
        proxy.requests(Toxics.NONE.passing(Passing.LOST));
        try (Socket socket = connect()) {
            say(socket);
            assertIsSilent(socket);
        }
        assertThat(reads).isEmpty();
    }

    @Test
    void refuses_new_connections_while_old_ones_live() throws IOException {
        try (Socket old = connect()) {
            assertHears(old);
            proxy.refuse();
            assertThatThrownBy(() -> {
                try (Socket refused = connect()) {
                    assertHears(refused);
                }
            }).isInstanceOf(IOException.class);
            assertHears(old);
            proxy.mend();
            try (Socket again = connect()) {
                assertHears(again);
            }
        }
    }

    private static void assertIsSilent(Socket socket) throws IOException {
        socket.setSoTimeout(100);
        assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }
}

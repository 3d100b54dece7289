package io.parley.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client that speaks TLS. It sends the end of its handshake together with the first bytes of the application. It knows
 * whether the server has ended the connection as TLS demands.
 */
public final class TlsClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private final Socket socket;
    private final SSLEngine engine;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
    private ByteBuffer received = ByteBuffer.allocate(1 << 17).flip();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    /** Connects and makes the handshake, but does not send its last message yet. */
    public TlsClient(URI server, Path keyStore, String protocol) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        engine = context(keyStore).createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] { protocol });
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        shakeHands();
    }

    private static SSLContext context(Path keyStore) throws IOException {
        try (InputStream file = Files.newInputStream(keyStore)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(file, KeyStoreFile.PASSWORD.toCharArray());
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void shakeHands() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_TASK -> runTask();
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                default -> {
                    flush();
                    yield unwrap() ? engine.getHandshakeStatus() : HandshakeStatus.NOT_HANDSHAKING;
                }
            };
        }
    }

    private HandshakeStatus runTask() {
        engine.getDelegatedTask().run();
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus wrap(ByteBuffer bytes) throws IOException {
        ByteBuffer wrapped = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(bytes, wrapped);
        unsent.write(wrapped.array(), 0, wrapped.position());
        return result.getHandshakeStatus();
    }

    private void flush() throws IOException {
        socket.getOutputStream().write(unsent.toByteArray());
        unsent.reset();
    }

    /** Sends these characters, each as one byte, after the unsent rest of the handshake. An empty text sends only that rest. */
    public void write(String bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes.getBytes(ISO_8859_1));
        while (all.hasRemaining()) {
            var unused = wrap(all);
        }
        flush();
    }

    /** Reads one record; returns false at the end. */
    private boolean unwrap() throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        while (true) {
            SSLEngineResult result = engine.unwrap(received, plain);
            read.write(plain.array(), 0, plain.position());
            switch (result.getStatus()) {
                case OK -> {
                    return true;
                }
                case CLOSED -> {
                    return false;
                }
                default -> {
                    if (!receive()) {
                        return false;
                    }
                }
            }
        }
    }

    private boolean receive() throws IOException {
        received.compact();
        int length = socket.getInputStream().read(received.array(), received.position(), received.remaining());
        received.position(received.position() + Math.max(0, length)).flip();
        return length > 0;
    }

    /** Returns all bytes until the server ends the connection; each byte is a character. */
    public String readAll() throws IOException {
        while (!engine.isInboundDone() && unwrap()) {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                var unused = runTask();
            }
        }
        return read.toString(ISO_8859_1);
    }

    /** Returns whether the server has announced the end of the connection, instead of only closing it. */
    public boolean hasEndedProperly() {
        return engine.isInboundDone();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

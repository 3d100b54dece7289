package io.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A key and a self-signed certificate for {@code localhost}, so that a server under test can speak TLS. */
public final class KeyStoreFile {
    /** The password of every such file. */
    public static final String PASSWORD = "for-tests-only";
    private static final long LIMIT_SECONDS = 60;

    private KeyStoreFile() {
    }

    /** Creates such a file in a folder. */
    public static Path create(Path folder) {
        Path file = folder.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-validity", "2",
                    "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", file.toString())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!keytool.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool has made no key store");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

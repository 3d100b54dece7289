package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real Redis that is there and says no: everybody gets the same answer, and it is served again when it says yes. */
class RedisRefusalsTest {
    private final RedisServer server = RedisServer.create();
    private final Stores stores = Stores.on(server.url());
    private final Talk talk = Awaitility.await().ignoreExceptions()
            .until(() -> Talk.begin(stores.sessions(), stores.turns()), Objects::nonNull);

    @AfterEach
    void close() {
        stores.close();
        server.close();
    }

    private void awaitAnswer(String command, String start) {
        Awaitility.await().until(() -> server.command(command).startsWith(start));
    }

    private void assertRefused() {
        assertThatThrownBy(() -> talk.say("one", "first")).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.STORE_UNAVAILABLE);
            assertThat(failure.retryAfter()).isNotNull();
            assertThat(failure.detail()).doesNotContainPattern("[A-Z]{3}");
        });
    }

    private void assertServed() {
        Awaitility.await().ignoreExceptions().untilAsserted(() -> talk.say("two", "second"));
        assertThat(talk.texts()).containsExactly("two", "second");
    }

    @Test
    void busy_with_a_script_that_does_not_end() {
        server.command("CONFIG SET busy-reply-threshold 50");
        Thread endless = Thread.ofVirtual().start(() -> server.command("EVAL \"while true do end\" 0"));
        awaitAnswer("PING", "-BUSY");
        assertRefused();
        assertThat(server.command("SCRIPT KILL")).isEqualTo("+OK");
        Awaitility.await().until(() -> !endless.isAlive());
        assertServed();
    }

    @Test
    void loading_its_data() {
        for (int i = 0; i < 100; i++) {
            server.command("SET filler" + i + " " + "x".repeat(4_000));
        }
        server.command("CONFIG SET key-load-delay 50000");
        server.command("CONFIG SET loading-process-events-interval-bytes 1024");
        Thread reload = Thread.ofVirtual().start(() -> server.command("DEBUG RELOAD"));
        awaitAnswer("PING", "-LOADING");
        assertRefused();
        server.command("CONFIG SET key-load-delay 0");
        Awaitility.await().until(() -> !reload.isAlive());
        assertServed();
    }

    @Test
    void unable_to_write_its_snapshots() throws IOException {
        // A file cannot take the place of a directory, whoever tries.
        Files.createDirectory(server.directory().resolve("dump.rdb"));
        server.command("CONFIG SET save \"3600 1\"");
        server.command("BGSAVE");
        awaitAnswer("SET a b", "-MISCONF");
        assertRefused();
        server.command("CONFIG SET save \"\"");
        assertServed();
    }

    @Test
    void asking_for_a_password_that_it_did_not_need_before() {
        server.command("CONFIG SET requirepass secret\r\nCLIENT KILL TYPE normal");
        awaitAnswer("PING", "-NOAUTH");
        assertRefused();
        server.command("AUTH secret\r\nCONFIG SET requirepass \"\"");
        awaitAnswer("PING", "+PONG");
        assertServed();
    }

    @Test
    void without_the_replicas_that_it_must_have() {
        server.command("CONFIG SET min-replicas-to-write 1");
        assertRefused();
        server.command("CONFIG SET min-replicas-to-write 0");
        assertServed();
    }
}

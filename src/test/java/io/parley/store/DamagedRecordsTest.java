package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.Turn;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody has damaged in Redis is left out, and the rest of the session goes on. */
class DamagedRecordsTest {
    private static RedisServer server;
    private final Stores stores = Stores.on(server.url());
    private final Talk talk = Talk.begin(stores.sessions(), stores.turns());

    @BeforeAll
    static void start() {
        server = RedisServer.create();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private void damage(String part, String field, String value) {
        assertThat(server.command("HSET " + Keys.session(talk.session()) + part + " " + field + " " + value)).isIn(":0", ":1");
    }

    @Test
    void a_message_that_cannot_be_read_is_left_out_and_can_be_removed() {
        talk.say("one", "first");
        talk.say("two", "second");
        damage(":m", "2", "1|1|A|1|5|o200k_base|{content");

        assertThat(talk.texts()).containsExactly("one", "two", "second");
        assertThat(talk.everything()).extracting(Talk::text).containsExactly("one", "two", "second");
        talk.say("three", "third");
        assertThat(talk.texts()).containsExactly("one", "two", "second", "three", "third");
        assertThatThrownBy(() -> await(stores.sessions().message(Owner.LOCAL, talk.session(), new MessageId(2))))
                .isInstanceOf(CorruptRecord.class).hasMessageNotContaining("content");

        await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(2)), null));
        assertThat(talk.history()).extracting(Message::meta).hasSize(5);
    }

    @Test
    void a_state_of_the_context_that_cannot_be_read_is_made_anew() {
        talk.say("one", "first");
        damage("", "ctx", "{nothing");
        talk.say("two", "second");
        assertThat(talk.texts()).containsExactly("one", "first", "two", "second");
    }

    private static NumberedEvent delta(long id) {
        return new NumberedEvent(id, new TurnEvent.Delta("d" + id));
    }

    private void append(Turn turn, long id) {
        assertThat(await(stores.logs().append(talk.session(), turn.id(), turn.epoch(), List.of(delta(id)))).isHeld()).isTrue();
    }

    private void appendDamaged(Turn turn, long id, String batch) {
        assertThat(server.command("XADD %s %d-0 l %d e '%s'".formatted(Keys.log(talk.session(), turn.id().value()), id, id,
                batch))).startsWith("$");
    }

    @ParameterizedTest
    @ValueSource(strings = { "[{secret", "{\"id\":2,\"secret\":1}", "[{\"id\":2,\"t\":\"opened\",\"turn\":\"?secret?\"}]" })
    void a_batch_of_a_log_that_cannot_be_read_is_left_out_and_told_of_without_a_quotation(String damaged) {
        Turn turn = talk.opened(new Input.Say(user("one")));
        append(turn, 1);
        appendDamaged(turn, 2, damaged);
        append(turn, 3);

        try (Errors errors = new Errors()) {
            assertThat(await(stores.logs().read(talk.session(), turn.id(), 0)))
                    .isEqualTo(new LogPage(true, List.of(delta(1), delta(3)), 3, false));
            assertThat(errors.told).singleElement().asString().contains(turn.id().value()).doesNotContain("secret");
        }
    }

    @Test
    void what_stands_behind_a_page_that_cannot_be_read_is_found() {
        Turn turn = talk.opened(new Input.Say(user("one")));
        for (long id = 1; id <= 3; id++) {
            appendDamaged(turn, id, "[{" + "x".repeat(50_000));
        }
        append(turn, 4);
        assertThat(await(stores.logs().follow(talk.session(), turn.id(), 0)).events()).containsExactly(delta(4));
    }

    /** What is told of as an error while this is open. */
    private static final class Errors extends Handler implements AutoCloseable {
        private final List<String> told = new CopyOnWriteArrayList<>();

        Errors() {
            Logger.getLogger("").addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                told.add(new SimpleFormatter().format(entry));
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            Logger.getLogger("").removeHandler(this);
        }
    }
}

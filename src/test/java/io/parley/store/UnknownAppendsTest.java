package io.parley.store;

import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A writer of a log that does not learn what has become of a batch sends it again, with all events that have come since.
 * However
 * often and however late Redis does what was sent: each event is in the log once, and in order.
 */
class UnknownAppendsTest {
    private static RedisServer server;
    private static Stores stores;

    /** What becomes of a batch. */
    enum Fate {
        STORED,
        /** Redis never sees it. */
        LOST,
        /** Redis stores it, and the writer does not learn that. */
        UNANSWERED,
        /** The writer gives it up, and Redis gets it later. */
        LATE,
        /** Redis does all that has been late until now. */
        CAUGHT_UP
    }

    /** @param length of the text of each event; with long texts a batch is several entries */
    record Step(Fate fate, int events, int length) {}

    @BeforeContainer
    static void start() {
        server = RedisServer.create("--appendfsync", "no");
        stores = Stores.on(server.url());
    }

    @AfterContainer
    static void stop() {
        stores.close();
        server.close();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(Arbitraries.of(Fate.class), Arbitraries.integers().between(0, 4),
                Arbitraries.of(1, 1, 1, 3000, 9000)).as(Step::new).list().ofMinSize(2).ofMaxSize(14);
    }

    @Property(tries = 300)
    void each_event_is_in_the_log_once_and_in_order(@ForAll("steps") List<Step> steps, @ForAll boolean committed) {
        Writer writer = new Writer();
        steps.forEach(writer::take);
        if (committed) {
            writer.commit();
        } else {
            writer.take(new Step(Fate.STORED, 1, 1));
        }
        writer.catchUp();
        assertThat(writer.stored()).isEqualTo(writer.all);
    }

    /** Sends what is not known to be stored, as the log of a turn does. */
    private static final class Writer {
        private final Turn turn = Talk.begin(stores.sessions(), stores.turns()).opened(new Input.Say(user("one")));
        private final List<NumberedEvent> all = new ArrayList<>();
        private final Deque<LogAppend> late = new ArrayDeque<>();
        private int known;

        void take(Step step) {
            for (int i = 0; i < step.events(); i++) {
                all.add(new NumberedEvent(all.size() + 1L, new TurnEvent.Delta("x".repeat(step.length()))));
            }
            switch (step.fate()) {
                case STORED -> {
                    append();
                    known = all.size();
                }
                case UNANSWERED -> append();
                case LATE ->
                    late.add(new LogAppend(turn.session(), turn.id(), turn.epoch(), Duration.ofSeconds(15), unknown()));
                case CAUGHT_UP -> catchUp();
                case LOST -> {
                }
            }
        }

        private List<NumberedEvent> unknown() {
            return List.copyOf(all.subList(known, all.size()));
        }

        private void append() {
            assertThat(await(stores.logs().append(turn.session(), turn.id(), turn.epoch(), unknown())).isHeld()).isTrue();
        }

        /** The script alone: the writer has gone, and does not go on where a part was stored. */
        void catchUp() {
            while (!late.isEmpty()) {
                await(stores.gate().run(late.remove()));
            }
        }

        void commit() {
            await(stores.turns().commit(Talk.end(turn, TurnState.COMPLETED, "done", unknown())));
        }

        List<NumberedEvent> stored() {
            return await(stores.logs().read(turn.session(), turn.id(), 0, Integer.MAX_VALUE)).events();
        }
    }
}

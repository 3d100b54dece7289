package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Clients on the loop of a turn and on other loops, while the turn speaks, its batches fail, and it ends or is lost. */
class ListenersOnManyLoopsTest {
    private static final int LOOPS = 3;
    private static final Turn TURN = new Turn(new TurnId("t1"), new SessionId("a.b"), TurnState.RUNNING, 1, new MessageId(1),
            new MessageId(2), false, null, null, null, null, null, OnDisconnect.CONTINUE, OnCrash.INTERRUPT,
            RawJson.EMPTY_OBJECT, Instant.EPOCH, Instant.EPOCH, null);
    private static final TurnEvent DONE = new TurnEvent.Done(TurnState.COMPLETED, null, FinishReason.STOP, null, null);
    private static final LogTimes TIMES = new LogTimes(Duration.ofMillis(250), Duration.ofMillis(2), Duration.ofSeconds(1),
            Duration.ofMillis(1), Duration.ofMinutes(1));
    private static Vertx vertx;

    @BeforeContainer
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
    }

    @AfterContainer
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Each of these is a client, with the place at which it began. */
    private record Client(long after, CompletableFuture<List<NumberedEvent>> got) {
        List<NumberedEvent> all() {
            return Talk.await(Uni.createFrom().completionStage(got));
        }
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void each_client_gets_each_later_event_once_and_in_order_until_the_end(@ForAll long seed) {
        Scene scene = new Scene(new Random(seed));
        scene.speak();
        NumberedEvent end = scene.end();
        for (Client client : scene.clients) {
            List<NumberedEvent> got = client.all();
            assertThat(got).extracting(NumberedEvent::id)
                    .containsExactlyElementsOf(LongStream.rangeClosed(client.after + 1, end.id()).boxed().toList());
            assertThat(got).isEqualTo(scene.after(client.after, end));
        }
        assertThat(scene.log.isListenedTo()).isFalse();
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void each_client_of_a_turn_that_is_lost_comes_to_the_text_and_the_end_that_another_process_has_stored(@ForAll long seed) {
        Scene scene = new Scene(new Random(seed));
        scene.speak();
        NumberedEvent end = scene.lose();
        for (Client client : scene.clients) {
            List<NumberedEvent> got = client.all();
            assertThat(got).extracting(NumberedEvent::id).isSorted().doesNotHaveDuplicates();
            assertThat(got.getLast()).isEqualTo(end);
            ReplyText text = new ReplyText();
            Stream.concat(scene.said.stream().limit(client.after), got.stream()).forEach(event -> text.add(event.event()));
            assertThat(text).hasToString(scene.logs.text());
        }
        assertThat(scene.log.isListenedTo()).isFalse();
    }

    private static final class Scene implements LogOwner {
        private final Random random;
        private final MemoryLogs logs;
        private final EventPages pages;
        private final SharedReads reads;
        private final Watches watches;
        private final List<Loop> loops;
        private final LoopedLog log;
        private final List<NumberedEvent> said = new ArrayList<>();
        private final List<Client> clients = new ArrayList<>();

        Scene(Random random) {
            this.random = random;
            this.logs = new MemoryLogs(random);
            this.pages = new EventPages(logs, TURN.session(), TURN.id());
            this.reads = new SharedReads(logs, (_, _) -> Uni.createFrom().item(Optional.empty()));
            this.watches = new Watches(logs, Timing.lease(), vertx);
            this.loops = Stream.generate(() -> LoopedLog.newLoop(vertx)).limit(LOOPS).toList();
            this.log = new LoopedLog(new TurnLog(TURN, 0, logs, loops.getFirst(), this, TIMES));
        }

        /** Some steps of a turn, each with some pieces; clients come between them. */
        void speak() {
            int steps = 1 + random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                int pieces = random.nextInt(random.nextInt(20) == 0 ? 1_500 : 30);
                log.run(() -> LongStream.range(0, pieces).forEach(_ -> say()));
                if (random.nextInt(15) == 0) {
                    listen();
                }
            }
            listen();
        }

        private void say() {
            String text = "x".repeat(random.nextInt(100) == 0 ? 3_000 : random.nextInt(30));
            said.add(new NumberedEvent(said.size() + 1, new TurnEvent.Delta(said.size() + text)));
            log.append(said.getLast().event());
        }

        private void listen() {
            long after = random.nextInt(said.size() + 1);
            LiveCursor live = new LiveCursor(log.log(), pages, this::stored, after);
            clients.add(new Client(after,
                    PacedListener.at(new LoopCursor<>(live, log.loop()), loops.get(random.nextInt(LOOPS)), random)));
        }

        private StoredCursor stored(long after) {
            return new StoredCursor(pages, reads, watches.open(new Notice.LogGrown(TURN.session(), TURN.id())), after);
        }

        NumberedEvent end() {
            List<NumberedEvent> rest = Talk.await(log.seal());
            NumberedEvent end = log.number(DONE);
            logs.commit(Stream.concat(rest.stream(), Stream.of(end)).toList());
            log.end(end);
            return end;
        }

        /** The turn speaks on, as it does not know yet that it has been lost. */
        NumberedEvent lose() {
            NumberedEvent end = new NumberedEvent(said.size() + 10_000, DONE);
            logs.takeOver(end);
            log.append(new TurnEvent.Delta("nothing of this may stay"));
            return end;
        }

        List<NumberedEvent> after(long id, NumberedEvent end) {
            return Stream.concat(said.stream().skip(id), Stream.of(end)).toList();
        }

        @Override
        public void lost() {
            log.log().lose();
        }

        @Override
        public void erased() {
            throw new IllegalStateException("the session is there");
        }

        @Override
        public void cancel() {
            throw new IllegalStateException("no client has asked for it");
        }

        @Override
        public void lastListenerLeft() {
            // The turn goes on without listeners.
        }
    }
}

package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A store that answers when the test does, on the thread of the test: for what depends on the order of answers. */
final class AskedLogs implements EventLogStore {
    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
    private final List<CompletableFuture<LogPage>> pages = new CopyOnWriteArrayList<>();

    /** Events on their way. */
    record Batch(List<NumberedEvent> events, UniEmitter<? super LeaseState> answer) {}

    /** The next write, as soon as it is asked for. */
    Batch next() {
        try {
            Batch batch = batches.poll(20, TimeUnit.SECONDS);
            assertThat(batch).as("a batch").isNotNull();
            return batch;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What listeners have asked for so far. */
    List<CompletableFuture<LogPage>> pages() {
        return pages;
    }

    @Override
    public Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        // Not before it is subscribed to: whoever is answered then is so on the thread that answers.
        return Uni.createFrom().emitter(answer -> batches.add(new Batch(events, answer)));
    }

    @Override
    public Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return append(session, turn, epoch, events);
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        return follow(session, turn, after);
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        CompletableFuture<LogPage> answer = new CompletableFuture<>();
        pages.add(answer);
        return Uni.createFrom().completionStage(answer);
    }
}

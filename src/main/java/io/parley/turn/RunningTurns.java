package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.stream.LogOwner;
import io.parley.stream.Notice;
import io.parley.stream.Notices;
import io.parley.stream.TurnLog;
import io.parley.stream.TurnStreams;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The turns that run in this process; at most {@link TurnConfig#maxRunning()}. */
@ApplicationScoped
public class RunningTurns {
    private final ConcurrentMap<TurnId, TurnRun> turns = new ConcurrentHashMap<>();
    private final AtomicInteger opening = new AtomicInteger();
    private final TurnStreams streams;
    private final RunningMarks marks;
    private final TurnWork work;
    private final Drain drain;

    RunningTurns(TurnStreams streams, RunningMarks marks, TurnWork work, Drain drain, Notices notices) {
        this.streams = streams;
        this.marks = marks;
        this.work = work;
        this.drain = drain;
        notices.listen(this::cancel);
    }

    /** What another replica was asked reaches the turn here before its next batch would tell. */
    private void cancel(Notice notice) {
        if (notice instanceof Notice.CancelRequested(var session, var id)) {
            find(id).filter(turn -> turn.opened().turn().session().equals(session)).ifPresent(TurnRun::cancel);
        }
    }

    /**
     * Begins a turn, if one more may run here now. It counts from its first step on, so that the end of the process does not
     * overlook one that is just being opened.
     *
     * @param begin must not be cancelled, as what it has asked of the store may have happened
     */
    <T> Uni<T> begin(Supplier<Uni<T>> begin) {
        return Uni.createFrom().deferred(() -> {
            opening.incrementAndGet();
            return Uni.createFrom().deferred(() -> {
                checkRoom();
                return begin.get();
            }).onTermination().invoke(() -> opening.decrementAndGet());
        });
    }

    /** Fails if no more turns may run here now. */
    void checkRoom() {
        drain.checkOpen();
        if (turns.size() >= work.config.maxRunning()) {
            throw new Failure.Unavailable(FailureCode.OVERLOADED, "Too many turns are running. Try again shortly.",
                    Duration.ofSeconds(1), null);
        }
    }

    /** Makes the log of a turn that begins, with ids above those given before. */
    TurnLog log(Turn turn, long after, LogOwner owner, Context loop) {
        return streams.start(turn, after, owner, loop);
    }

    /** Runs a turn that has just been opened. */
    void run(Opening.Opened opened, TurnOptions options) {
        added(opened, options, 0).run();
    }

    /**
     * Runs a turn again that this process has taken over.
     *
     * @param after an id above all ids that listeners can have seen
     * @param untold whether not even the beginning of the turn is stored
     */
    public void runAgain(TurnStore.Restarted restarted, long after, boolean untold) {
        added(restarted.opened(), restarted.options(), after).runAgain(untold);
    }

    /** Makes the run of a turn, which has not begun yet. */
    TurnRun added(Opening.Opened opened, TurnOptions options, long after) {
        TurnRun turn = new TurnRun(work, opened, options, this, after);
        turns.put(opened.turn().id(), turn);
        return turn;
    }

    /**
     * A turn does not run here any more.
     *
     * @param over whether the store has said that it is over: otherwise it may run on, or may have to be settled
     */
    void remove(TurnRun turn, boolean over) {
        Turn named = turn.opened().turn();
        turns.remove(named.id(), turn);
        streams.remove(named.id(), turn.log());
        if (over) {
            marks.over(named.session(), named.id());
        }
    }

    /** The names of all that run here. */
    public List<RunningIndex.Entry> entries() {
        return turns.values().stream().map(turn -> turn.opened().turn())
                .map(turn -> new RunningIndex.Entry(turn.session(), turn.id())).toList();
    }

    /** How many run or are being opened. */
    public int count() {
        // In this order: one that has just been opened is counted twice rather than not at all.
        return opening.get() + turns.size();
    }

    public boolean isEmpty() {
        return count() == 0;
    }

    /** Ends them all, as this process ends. */
    public void interruptAll() {
        turns.values().forEach(TurnRun::interrupt);
    }

    /** Returns whether this turn runs here. */
    public boolean isRunning(TurnId turn) {
        return turns.containsKey(turn);
    }

    /** Returns whether one more turn may run here now. */
    public boolean hasRoom() {
        return !drain.hasBegun() && turns.size() < work.config.maxRunning();
    }

    Optional<TurnRun> find(TurnId turn) {
        return Optional.ofNullable(turns.get(turn));
    }
}

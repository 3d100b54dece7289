package io.parley.stream;

import io.parley.conversation.Turn;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The event log of a turn that runs in this process: numbers its events, shows them to listeners, and stores them in
 * batches, which also keeps the turn's lease.
 * <p>
 * An event may be shown before it is stored, but only while what is not stored yet is less than {@value #AHEAD_BYTES} bytes
 * and its oldest event younger than 250 ms; and nothing new is shown when the lease has not been confirmed for 7 s, since
 * another process may then own the turn.
 * <p>
 * A log belongs to the event loop of its turn and has no lock. A method may be called elsewhere only where it says so.
 */
public final class TurnLog {
    private static final Logger LOG = Logger.getLogger(TurnLog.class);
    static final int AHEAD_BYTES = 4096;
    /** How many events can have been shown that are not stored: none is smaller on the wire than its frame. */
    static final int AHEAD_EVENTS = AHEAD_BYTES / EventSize.FRAME_BYTES;
    static final String STRAY = "the log is used on another event loop than that of its turn";

    private final Loop loop;
    private final LogOwner owner;
    private final LogWriter writer;
    private final Function<List<NumberedEvent>, Uni<LeaseState>> release;
    private final Supplier<Uni<LeaseState>> renewal;
    private final RecentEvents recent;
    private final ReplyText text = new ReplyText();
    /** Replaced at each change, as a listener that is told may leave at once. */
    private List<Runnable> listening = List.of();
    private long lastId;
    private long shownId;
    private int listeners;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        /** The turn is being committed: nothing is stored from here any more. */
        SEALED,
        ENDED,
        /** Another process owns the turn: the events that it stores are the truth. */
        LOST
    }

    /**
     * Starts the log of a turn that has just been opened or taken over. It may be started anywhere.
     *
     * @param after the highest id that another process can have given
     * @param loop of the turn
     * @param owner told of what the store says
     */
    TurnLog(Turn turn, long after, EventLogStore store, Loop loop, LogOwner owner, LogTimes times) {
        this.loop = loop;
        this.owner = owner;
        this.lastId = after;
        this.shownId = after;
        this.recent = new RecentEvents(after);
        this.release = events -> store.release(turn.session(), turn.id(), turn.epoch(), events);
        this.renewal = () -> store.append(turn.session(), turn.id(), turn.epoch(), List.of());
        this.writer = new LogWriter(events -> store.append(turn.session(), turn.id(), turn.epoch(), events), loop, times,
                owner, this::progressed, this::alone);
    }

    /** The event loop that it belongs to. */
    Loop loop() {
        return loop;
    }

    /** Adds an event; ignored once the log is sealed. */
    public void append(TurnEvent event) {
        assert loop.isHere() : STRAY;
        if (state != State.OPEN) {
            return;
        }
        long now = System.nanoTime();
        NumberedEvent numbered = new NumberedEvent(++lastId, event);
        text.add(event);
        recent.add(numbered);
        writer.add(numbered, now);
        show(now);
    }

    private void show(long now) {
        if (state != State.LOST && shownId != lastId && writer.isNear(now)) {
            shownId = lastId;
            tell();
        }
    }

    private void tell() {
        for (Runnable more : listening) {
            try {
                more.run();
            } catch (RuntimeException fault) {
                // A listener may harm itself, but neither the turn nor other listeners.
                LOG.warnf(fault, "A listener of a turn has failed.");
            }
        }
    }

    private void progressed() {
        if (state != State.ENDED) {
            recent.forgetUpTo(lastId - writer.unstored());
        }
        show(System.nanoTime());
    }

    /** The reply's text up to the last event, shown or not. May be asked anywhere; the answer comes where it was asked. */
    public Uni<String> text() {
        return loop.ask(text::toString);
    }

    /**
     * Stops storing, so that the rest can be committed together with the reply.
     *
     * @return once no write is under way: the events that are not known to be stored
     */
    public Uni<List<NumberedEvent>> seal() {
        return Uni.createFrom().deferred(() -> {
            assert loop.isHere() : STRAY;
            if (state == State.OPEN) {
                state = State.SEALED;
            }
            return writer.finish();
        });
    }

    /** Stores the rest and lets another process have the turn. Its listeners learn nothing of it before {@link #lose}. */
    public Uni<Void> giveUp() {
        return seal().chain(release::apply).replaceWithVoid();
    }

    /**
     * Gives the terminal event its number without showing it: it is shown by {@link #end} once it is committed. May be called
     * anywhere once the log is sealed, since then no number is given any more.
     */
    public NumberedEvent number(TurnEvent terminal) {
        assert loop.isHere() || state != State.OPEN : STRAY;
        return new NumberedEvent(lastId + 1, terminal);
    }

    /** The turn is committed: everything, the terminal event included, is shown. May be called anywhere. */
    public void end(NumberedEvent terminal) {
        loop.execute(() -> {
            recent.add(terminal);
            lastId = terminal.id();
            shownId = lastId;
            close(State.ENDED);
        });
    }

    /** Another process owns the turn: listeners go on with what is stored. May be called anywhere. */
    public void lose() {
        loop.execute(() -> {
            if (state != State.ENDED) {
                close(State.LOST);
            }
        });
    }

    private void close(State last) {
        state = last;
        writer.stop();
        tell();
    }

    /** What a listener at this place can be given now. */
    LogRead read(long after) {
        assert loop.isHere() : STRAY;
        if (state == State.LOST) {
            return LogRead.ELSEWHERE;
        }
        if (after > lastId) {
            return LogRead.of(snapshot());
        }
        if (state == State.OPEN && shownId <= after) {
            return LogRead.NOTHING_YET;
        }
        if (after < recent.forgottenId()) {
            return LogRead.STORED;
        }
        List<NumberedEvent> events = recent.between(after, shownId);
        if (events.isEmpty() && state == State.ENDED) {
            return LogRead.OVER;
        }
        return LogRead.of(events);
    }

    /**
     * For a listener whose place is not in the log, or not any more: the text as of the last event, and the end if there was
     * one. Empty while the last event may not be shown.
     */
    List<NumberedEvent> snapshot() {
        assert loop.isHere() : STRAY;
        if (shownId != lastId) {
            return List.of();
        }
        TurnEvent reset = new TurnEvent.Reset(text.toString());
        return state == State.ENDED
                ? List.of(new NumberedEvent(lastId - 1, reset), recent.last())
                : List.of(new NumberedEvent(lastId, reset));
    }

    /** Runs a step each time when there may be more than {@link #read} gave, or the log is lost or over. */
    void listen(Runnable more) {
        assert loop.isHere() : STRAY;
        listening = Stream.concat(listening.stream(), Stream.of(more)).toList();
    }

    void forget(Runnable more) {
        assert loop.isHere() : STRAY;
        listening = listening.stream().filter(other -> other != more).toList();
    }

    /** A client listens. May be called anywhere. */
    public void join() {
        loop.execute(() -> listeners++);
    }

    /** A client listens no more; the owner is told if no client is left. May be called anywhere. */
    public void leave() {
        loop.execute(() -> {
            listeners--;
            alone();
        });
    }

    private void alone() {
        if (listeners <= 0 && state == State.OPEN) {
            owner.lastListenerLeft();
        }
    }

    /** A client listens no more but will come back: the owner is not told. May be called anywhere. */
    public void release() {
        loop.execute(() -> listeners--);
    }

    /** Whether a client listens here. */
    public boolean isListenedTo() {
        assert loop.isHere() : STRAY;
        return listeners > 0;
    }

    /**
     * Whether a client listens in another process; there may be such a client if the store does not say. The answer comes on
     * the loop of the turn.
     */
    public Uni<Boolean> isFollowed() {
        return renewal.get().map(LeaseState::followed).onFailure().recoverWithItem(true).emitOn(loop);
    }
}

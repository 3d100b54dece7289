package io.parley.stream;

import io.parley.conversation.Turn;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The event log of a turn that runs in this process: numbers its events, shows them to listeners, and stores them in
 * batches, which also keeps the turn's lease.
 * <p>
 * An event may be shown before it is stored, but only while what is not stored yet is less than {@value #AHEAD_BYTES} bytes
 * and its oldest event younger than 250 ms; and nothing new is shown when the lease has not been confirmed for 7 s, since
 * another process may then own the turn. Safe for use by many threads.
 */
public final class TurnLog {
    static final int AHEAD_BYTES = 4096;
    /** How many events can have been shown that are not stored: none is smaller on the wire than its frame. */
    static final int AHEAD_EVENTS = AHEAD_BYTES / RecentEvents.FRAME_BYTES;

    private final LogOwner owner;
    private final LogWriter writer;
    private final Function<List<NumberedEvent>, Uni<LeaseState>> release;
    private final Supplier<Uni<LeaseState>> renewal;
    private final RecentEvents recent;
    /** Replaced at each change, so that it can be gone through without the lock. */
    private List<Runnable> listening = List.of();
    private final StringBuilder text = new StringBuilder();
    private long lastId;
    private long shownId;
    private int listeners;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        /** The turn is being committed: nothing is stored from here any more. */
        SEALED,
        ENDED,
        /** Somebody else owns the turn: what they store is the truth. */
        LOST
    }

    /**
     * Starts the log of a turn that has just been opened or taken over.
     *
     * @param after the highest id that another process can have given
     * @param owner told of what the store says
     */
    TurnLog(Turn turn, long after, EventLogStore store, Vertx vertx, LogOwner owner, LogTimes times) {
        this.owner = owner;
        this.lastId = after;
        this.shownId = after;
        this.recent = new RecentEvents(after);
        this.release = events -> store.release(turn.session(), turn.id(), turn.epoch(), events);
        this.renewal = () -> store.append(turn.session(), turn.id(), turn.epoch(), List.of());
        this.writer = new LogWriter(events -> store.append(turn.session(), turn.id(), turn.epoch(), events), vertx, times,
                owner, this::progressed, this::followersLeft);
    }

    /** Adds an event; ignored once the log is sealed. */
    public void append(TurnEvent event) {
        List<Runnable> told;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            add(event);
            told = show();
        }
        tell(told);
    }

    private void add(TurnEvent event) {
        NumberedEvent numbered = new NumberedEvent(++lastId, event);
        if (event instanceof TurnEvent.Delta delta) {
            text.append(delta.text());
        } else if (event instanceof TurnEvent.Reset reset) {
            text.setLength(0);
            text.append(reset.text());
        }
        recent.add(numbered);
        writer.add(numbered);
    }

    private List<Runnable> show() {
        if (state == State.LOST || shownId == lastId || !writer.isNear()) {
            return List.of();
        }
        shownId = lastId;
        return listening;
    }

    private static void tell(List<Runnable> listening) {
        for (Runnable more : listening) {
            more.run();
        }
    }

    private void progressed() {
        List<Runnable> told;
        synchronized (this) {
            if (state != State.ENDED) {
                recent.forgetUpTo(lastId - writer.unstored());
            }
            told = show();
        }
        tell(told);
    }

    /** The reply's text up to the last event, shown or not. */
    public synchronized String text() {
        return text.toString();
    }

    /**
     * Stops storing, so that the rest can be committed together with the reply.
     *
     * @return once no write is under way: the events that are not known to be stored
     */
    public Uni<List<NumberedEvent>> seal() {
        return Uni.createFrom().deferred(() -> {
            synchronized (this) {
                if (state == State.OPEN) {
                    state = State.SEALED;
                }
            }
            return writer.finish();
        });
    }

    /** Stores the rest and lets another process have the turn. Its listeners learn nothing of it before {@link #lose}. */
    public Uni<Void> giveUp() {
        return seal().chain(release::apply).replaceWithVoid();
    }

    /** Gives the terminal event its number without showing it: it is shown by {@link #end} once it is committed. */
    public synchronized NumberedEvent number(TurnEvent terminal) {
        return new NumberedEvent(lastId + 1, terminal);
    }

    /** The turn is committed: everything, the terminal event included, is shown. */
    public void end(NumberedEvent terminal) {
        List<Runnable> told;
        synchronized (this) {
            state = State.ENDED;
            recent.add(terminal);
            lastId = terminal.id();
            shownId = lastId;
            told = listening;
        }
        writer.stop();
        tell(told);
    }

    /** Somebody else owns the turn: listeners go on with what is stored. */
    public void lose() {
        List<Runnable> told;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            state = State.LOST;
            told = listening;
        }
        writer.stop();
        tell(told);
    }

    /** What a listener at this place can be given now. */
    synchronized LogRead read(long after) {
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
    synchronized List<NumberedEvent> snapshot() {
        if (shownId != lastId) {
            return List.of();
        }
        TurnEvent reset = new TurnEvent.Reset(text.toString());
        return state == State.ENDED
                ? List.of(new NumberedEvent(lastId - 1, reset), recent.last())
                : List.of(new NumberedEvent(lastId, reset));
    }

    /** Runs a step each time when there may be more than {@link #read} gave, or the log is lost or over. */
    synchronized void listen(Runnable more) {
        listening = Stream.concat(listening.stream(), Stream.of(more)).toList();
    }

    synchronized void forget(Runnable more) {
        listening = listening.stream().filter(other -> other != more).toList();
    }

    /** Somebody listens. */
    public synchronized void join() {
        listeners++;
    }

    /** Somebody listens no more; the owner is told if it was the last one. */
    public void leave() {
        synchronized (this) {
            listeners--;
            if (listeners > 0 || state != State.OPEN) {
                return;
            }
        }
        owner.lastListenerLeft();
    }

    private void followersLeft() {
        synchronized (this) {
            if (listeners > 0 || state != State.OPEN) {
                return;
            }
        }
        owner.lastListenerLeft();
    }

    /** Somebody listens no more but will come back: nobody is told. */
    public synchronized void release() {
        listeners--;
    }

    /** Whether somebody listens here. */
    public synchronized boolean isListenedTo() {
        return listeners > 0;
    }

    /** Whether somebody listens in another process; there may be somebody if the store does not say. */
    public Uni<Boolean> isFollowed() {
        return renewal.get().map(LeaseState::followed).onFailure().recoverWithItem(true);
    }
}

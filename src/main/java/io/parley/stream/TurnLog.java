package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
    private static final long AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long STORE_AFTER_MS = 200;
    private static final long RENEW_MS = 5_000;
    private static final long RETRY_MS = 500;
    private static final long TRUST_NANOS = TimeUnit.SECONDS.toNanos(7);

    private final SessionId session;
    private final TurnId turn;
    private final long epoch;
    private final EventLogStore store;
    private final Vertx vertx;
    private final Owner owner;
    private final RecentEvents recent = new RecentEvents();
    private final List<Runnable> waiting = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final List<NumberedEvent> unstored = new ArrayList<>();
    private final long renewal;
    private int unstoredBytes;
    private int inFlight;
    private boolean storing;
    private long oldestUnstoredNanos;
    private long confirmedNanos = System.nanoTime();
    private long lastId;
    private long shownId;
    private int listeners;
    private boolean timerSet;
    private State state = State.OPEN;
    private @Nullable Runnable whenIdle;

    private enum State {
        OPEN,
        /** The turn is being committed: nothing is stored from here any more. */
        SEALED,
        ENDED,
        /** Somebody else owns the turn: what they store is the truth. */
        LOST
    }

    /**
     * Starts the log of a turn that has just been opened.
     *
     * @param epoch that fences its writes
     * @param owner told of what the store says
     */
    public TurnLog(SessionId session, TurnId turn, long epoch, EventLogStore store, Vertx vertx, Owner owner) {
        this.session = session;
        this.turn = turn;
        this.epoch = epoch;
        this.store = store;
        this.vertx = vertx;
        this.owner = owner;
        this.renewal = vertx.setPeriodic(RENEW_MS, _ -> storeBatch(true));
    }

    /** Adds an event; ignored once the log is sealed. */
    public void append(TurnEvent event) {
        List<Runnable> awake;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            add(event);
            scheduleStoring();
            awake = show();
        }
        awake.forEach(Runnable::run);
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
        return Uni.createFrom().emitter(emitter -> {
            synchronized (this) {
                if (state == State.OPEN) {
                    state = State.SEALED;
                }
                vertx.cancelTimer(renewal);
                if (storing) {
                    whenIdle = () -> emitter.complete(rest());
                    return;
                }
            }
            emitter.complete(rest());
        });
    }

    private synchronized List<NumberedEvent> rest() {
        return List.copyOf(unstored);
    }

    /** Gives the terminal event its number without showing it: it is shown by {@link #end} once it is committed. */
    public synchronized NumberedEvent number(TurnEvent terminal) {
        return new NumberedEvent(lastId + 1, terminal);
    }

    /** The turn is committed: everything, the terminal event included, is shown. */
    public void end(NumberedEvent terminal) {
        List<Runnable> awake;
        synchronized (this) {
            state = State.ENDED;
            vertx.cancelTimer(renewal);
            recent.add(terminal);
            lastId = terminal.id();
            shownId = lastId;
            awake = takeWaiting();
        }
        awake.forEach(Runnable::run);
    }

    /** Somebody else owns the turn: listeners go on with what is stored. */
    public void lose() {
        List<Runnable> awake;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            state = State.LOST;
            vertx.cancelTimer(renewal);
            awake = takeWaiting();
        }
        awake.forEach(Runnable::run);
    }

    private void add(TurnEvent event) {
        NumberedEvent numbered = new NumberedEvent(++lastId, event);
        if (event instanceof TurnEvent.Delta delta) {
            text.append(delta.text());
        } else if (event instanceof TurnEvent.Reset reset) {
            text.setLength(0);
            text.append(reset.text());
        }
        if (unstored.size() == inFlight) {
            oldestUnstoredNanos = System.nanoTime();
        }
        recent.add(numbered);
        unstored.add(numbered);
        unstoredBytes += RecentEvents.sizeOf(event);
    }

    private List<Runnable> show() {
        long now = System.nanoTime();
        boolean near = unstoredBytes <= AHEAD_BYTES && (unstored.isEmpty() || now - oldestUnstoredNanos <= AHEAD_NANOS);
        if (state == State.LOST || !near || now - confirmedNanos > TRUST_NANOS || shownId == lastId) {
            return List.of();
        }
        shownId = lastId;
        return takeWaiting();
    }

    private List<Runnable> takeWaiting() {
        List<Runnable> awake = List.copyOf(waiting);
        waiting.clear();
        return awake;
    }

    private void scheduleStoring() {
        if (unstoredBytes >= AHEAD_BYTES / 2) {
            vertx.runOnContext(_ -> storeBatch(false));
        } else if (!timerSet) {
            timerSet = true;
            vertx.setTimer(STORE_AFTER_MS, _ -> storeBatch(false));
        }
    }

    private void storeBatch(boolean renew) {
        List<NumberedEvent> batch;
        long sent = System.nanoTime();
        synchronized (this) {
            timerSet = timerSet && renew;
            if (state != State.OPEN || storing || (unstored.isEmpty() && !renew) || (renew && isFresh(sent))) {
                return;
            }
            batch = List.copyOf(unstored);
            storing = true;
            inFlight = batch.size();
        }
        store.append(session, turn, epoch, batch)
                .subscribe().with(lease -> stored(batch.size(), sent, lease), _ -> notStored());
    }

    private boolean isFresh(long now) {
        return unstored.isEmpty() && now - confirmedNanos < TimeUnit.MILLISECONDS.toNanos(RENEW_MS) / 2;
    }

    private void stored(int count, long sent, LeaseState lease) {
        List<Runnable> awake;
        Runnable idle;
        synchronized (this) {
            storing = false;
            inFlight = 0;
            if (lease.isHeld()) {
                confirmedNanos = sent;
                unstored.subList(0, count).clear();
                unstoredBytes = unstored.stream().mapToInt(event -> RecentEvents.sizeOf(event.event())).sum();
                oldestUnstoredNanos = System.nanoTime();
                recent.forgetUpTo(lastId - unstored.size());
            }
            idle = takeWhenIdle();
            awake = show();
            if (state == State.OPEN && !unstored.isEmpty()) {
                scheduleStoring();
            }
        }
        awake.forEach(Runnable::run);
        idle.run();
        tellOwner(lease);
    }

    private void tellOwner(LeaseState lease) {
        switch (lease.kind()) {
            case LOST -> owner.lost();
            case GONE -> owner.erased();
            case HELD -> {
                if (lease.cancelRequested()) {
                    owner.cancelRequested();
                }
            }
        }
    }

    private void notStored() {
        Runnable idle;
        synchronized (this) {
            storing = false;
            inFlight = 0;
            idle = takeWhenIdle();
            if (state == State.OPEN && !timerSet) {
                timerSet = true;
                vertx.setTimer(RETRY_MS, _ -> storeBatch(false));
            }
        }
        idle.run();
    }

    private Runnable takeWhenIdle() {
        Runnable idle = whenIdle;
        whenIdle = null;
        return idle == null ? () -> {
        } : idle;
    }

    /** What a listener at this place can be given now. */
    synchronized Read read(long after) {
        if (state == State.LOST) {
            return Read.ELSEWHERE;
        }
        if (after > lastId) {
            return new Read(Read.Kind.EVENTS, shownId == lastId ? snapshot() : List.of());
        }
        if (after < recent.forgottenId()) {
            return Read.STORED;
        }
        List<NumberedEvent> events = recent.between(after, shownId);
        if (events.isEmpty() && state == State.ENDED) {
            return Read.OVER;
        }
        return new Read(Read.Kind.EVENTS, events);
    }

    /** For a listener whose place is beyond the log: the text as of the last event, and the end if there was one. */
    private List<NumberedEvent> snapshot() {
        TurnEvent reset = new TurnEvent.Reset(text.toString());
        return state == State.ENDED
                ? List.of(new NumberedEvent(lastId - 1, reset), recent.last())
                : List.of(new NumberedEvent(lastId, reset));
    }

    /** Runs once when there may be more than what {@link #read} gave at this place. */
    void whenMore(long after, Runnable more) {
        synchronized (this) {
            if (state != State.LOST && state != State.ENDED && shownId <= after) {
                waiting.add(more);
                return;
            }
        }
        more.run();
    }

    synchronized void forget(Runnable more) {
        waiting.remove(more);
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

    /** Somebody listens no more but will come back: nobody is told. */
    public synchronized void release() {
        listeners--;
    }

    /** Whether somebody listens now. */
    public synchronized boolean isListenedTo() {
        return listeners > 0;
    }

    /** Who runs the turn. Called on any thread, at most a few times a second. */
    public interface Owner {

        /** Another process has the turn. */
        void lost();

        /** The session is gone. */
        void erased();

        /** Somebody asked to cancel the turn. May be called more than once. */
        void cancelRequested();

        /** Nobody in this process listens any more. */
        void lastListenerLeft();
    }

    /** What {@link #read} found. */
    record Read(Kind kind, List<NumberedEvent> events) {
        static final Read ELSEWHERE = new Read(Kind.ELSEWHERE, List.of());
        static final Read STORED = new Read(Kind.STORED, List.of());
        static final Read OVER = new Read(Kind.OVER, List.of());

        enum Kind {
            /** These, or none yet. */
            EVENTS,
            /** No longer in memory: read the store. */
            STORED,
            /** The log ended and all of it has been given. */
            OVER,
            /** Another process has the turn: read the store from now on. */
            ELSEWHERE
        }
    }
}

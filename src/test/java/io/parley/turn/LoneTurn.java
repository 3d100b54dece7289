package io.parley.turn;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.context.Learned;
import io.parley.context.LearnedModels;
import io.parley.context.StoredContext;
import io.parley.context.SummaryStore;
import io.parley.context.VectorStore;
import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.IfRunning;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.provider.Ability;
import io.parley.provider.ChatCall;
import io.parley.provider.Counting;
import io.parley.provider.Endpoints;
import io.parley.provider.Model;
import io.parley.provider.ModelCalls;
import io.parley.provider.ModelCatalogue;
import io.parley.provider.ProvidersConfig;
import io.parley.provider.ReplyListener;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.stream.Notices;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEndings;
import io.parley.stream.TurnEvent;
import io.parley.testing.Configs;
import io.parley.testing.Histories;
import io.parley.testing.Parts;
import io.parley.testing.ScriptedPort;
import io.parley.testing.Talk;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A turn with the real parts of the service, but without the application, Redis and HTTP: the store is memory, and the test
 * says
 * what each call of a model brings.
 */
final class LoneTurn implements AutoCloseable {
    /** A machine under load may take long. */
    private static final int PATIENCE_SECONDS = 30;
    private static final Model FIRST = model("first");
    private static final Model SECOND = model("second");
    private final Vertx vertx = Vertx.vertx();
    private final RecordedLogs logs = new RecordedLogs();
    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<CommitTurn> commits = new ArrayList<>();
    private final Parts parts;
    private Function<CommitTurn, Uni<Committed>> committing = LoneTurn::stored;
    private OnCrash onCrash = OnCrash.INTERRUPT;
    private List<Message> history = List.of(Histories.user(1, 20, "Say something."));
    private TurnRun run;

    /** Makes a turn under the settings of a deployment. */
    LoneTurn(Map<String, String> settings) {
        Infrastructure.clearInterceptors();
        this.parts = parts(settings);
    }

    LoneTurn() {
        this(Map.of());
    }

    private static Model model(String name) {
        return new Model(name, "p", name, Histories.ENCODING, 1_000, 100, null, null, 0, Set.of(Ability.TOOLS),
                Counting.ESTIMATED);
    }

    /** Forgets what earlier tests have asked for. */
    LoneTurn reset() {
        committing = LoneTurn::stored;
        onCrash = OnCrash.INTERRUPT;
        history = List.of(Histories.user(1, 20, "Say something."));
        return this;
    }

    /** Answers commits otherwise than by storing them. */
    @CanIgnoreReturnValue
    LoneTurn committing(Function<CommitTurn, Uni<Committed>> answer) {
        committing = answer;
        return this;
    }

    /** Lets another process run the turn again if this one ends. */
    @CanIgnoreReturnValue
    LoneTurn restarting() {
        onCrash = OnCrash.RESTART;
        return this;
    }

    /** Begins with these messages, the input last. */
    @CanIgnoreReturnValue
    LoneTurn after(List<Message> messages) {
        history = messages;
        return this;
    }

    static Uni<Committed> stored(CommitTurn commit) {
        return Uni.createFrom().item(new Committed.Stored(commit.turn()));
    }

    /** Begins the turn, or the next turn after its end. */
    @CanIgnoreReturnValue
    LoneTurn begin() {
        make();
        run.run();
        return this;
    }

    /** Makes the turn, or the next turn after its end, without its first step. */
    @CanIgnoreReturnValue
    LoneTurn make() {
        calls.clear();
        logs.clear();
        synchronized (commits) {
            commits.clear();
        }
        run = running().added(opened(), TurnOptions.NONE, 0);
        return this;
    }

    /** Returns the turns that run. */
    RunningTurns running() {
        return parts.get(RunningTurns.class);
    }

    private Parts parts(Map<String, String> settings) {
        Parts made = new Parts(settings)
                .with(Vertx.class, vertx).with(InstantSource.class, InstantSource.system())
                .with(ModelCatalogue.class, ScriptedPort.of(ModelCatalogue.class,
                        Map.of("find",
                                asked -> Stream.of(FIRST, SECOND).filter(model -> model.name().equals(asked[0])).findAny(),
                                "all", _ -> List.of(FIRST, SECOND), "defaultModel", _ -> FIRST, "isConfigured", _ -> true)))
                .with(Endpoints.class, new Endpoints(Configs.of(ProvidersConfig.class, settings).byName(),
                        () -> URI.create("http://127.0.0.1")))
                .with(EventLogStore.class, logs)
                .with(ModelCalls.class, (ModelCalls) this::called)
                .with(TurnStore.class,
                        ScriptedPort.of(TurnStore.class, Map.of("commit", asked -> commit((CommitTurn) asked[0]))))
                .with(LearnedModels.class, ScriptedPort.of(LearnedModels.class,
                        Map.of("find", _ -> Uni.createFrom().item(Learned.NOTHING))));
        for (Class<?> port : List.of(SessionStore.class, SummaryStore.class, VectorStore.class, RunningIndex.class,
                Notices.class, TurnEndings.class)) {
            silence(made, port);
        }
        return made;
    }

    private static <T> void silence(Parts parts, Class<T> port) {
        parts.with(port, ScriptedPort.of(port, Map.of()));
    }

    private Opening.Opened opened() {
        var now = InstantSource.system().instant();
        SessionId id = SessionId.create();
        Turn turn = new Turn(TurnId.create(), id, TurnState.RUNNING, 1, new MessageId(1), new MessageId(2), false, null, null,
                null, null, null, OnDisconnect.CONTINUE, onCrash, RawJson.EMPTY_OBJECT, now, now, null);
        SessionSettings session = new SessionSettings("", FIRST.name(), List.of(SECOND.name()), null, List.of(), List.of(),
                Generation.UNDECIDED, IfRunning.REJECT, OnDisconnect.CONTINUE, onCrash, null, RawJson.EMPTY_OBJECT);
        long tokens = history.stream().mapToLong(message -> message.meta().tokens().tokens()).sum();
        return new Opening.Opened(turn,
                new Session(id, Owner.LOCAL, session, 1, now, now, turn.id(), new HistoryTotals(history.size(), tokens)),
                history, ReadPlan.EVERYTHING, true, StoredContext.NONE);
    }

    private Cancellable called(ChatCall call, ReplyListener listener) {
        Call made = new Call(call, listener, Vertx.currentContext());
        calls.add(made);
        return made::cancel;
    }

    private Uni<Committed> commit(CommitTurn commit) {
        synchronized (commits) {
            commits.add(commit);
        }
        return committing.apply(commit);
    }

    /** Awaits the next call of a model. */
    @CanIgnoreReturnValue
    Call call() {
        try {
            Call next = calls.poll(PATIENCE_SECONDS, SECONDS);
            if (next == null) {
                throw new AssertionError("no model was called");
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Awaits the end of the turn; empty if it is not this process that has stored it. */
    Optional<Turns.Snapshot> end() {
        try {
            return run.ending().over().subscribeAsCompletionStage().get(PATIENCE_SECONDS, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the turn has not ended", e);
        }
    }

    TurnRun run() {
        return run;
    }

    /** Returns the text of the reply so far. */
    String text() {
        return Talk.await(run.log().text());
    }

    RecordedLogs logs() {
        return logs;
    }

    /** Returns whether a call was made that no test has taken. */
    boolean isCalledAgain() {
        return !calls.isEmpty();
    }

    /** Returns the ends that the store was asked to keep. */
    List<CommitTurn> commits() {
        synchronized (commits) {
            return List.copyOf(commits);
        }
    }

    /** Returns the events that listeners of the stored log get, in order. */
    List<TurnEvent> told() {
        return Stream.concat(logs.stored().stream(), commits().stream().limit(1).flatMap(commit -> commit.events().stream()))
                .map(NumberedEvent::event).toList();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Returns the calls that no test has taken. */
    List<Call> waiting() {
        List<Call> taken = new ArrayList<>();
        calls.drainTo(taken);
        return taken;
    }

    /** Waits until the turn has done what it was told. */
    void awaitLoop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        run.onLoop(() -> done.complete(null));
        done.join();
    }

    /**
     * A call of a model, which the test answers. As a real call does, it falls silent when it is cancelled or has ended.
     */
    static final class Call {
        private final ChatCall asked;
        private final ReplyListener listener;
        private final Context loop;
        private volatile boolean over;
        private volatile boolean cancelled;
        private volatile boolean spoken;

        private Call(ChatCall asked, ReplyListener listener, Context loop) {
            this.asked = asked;
            this.listener = listener;
            this.loop = loop;
        }

        private void cancel() {
            cancelled = true;
            over = true;
        }

        ChatCall asked() {
            return asked;
        }

        boolean isCancelled() {
            return cancelled;
        }

        /** Returns whether it was cancelled or has ended. */
        boolean isOver() {
            return over;
        }

        /** Returns whether content was brought before its end. */
        boolean hasSpoken() {
            return spoken;
        }

        @CanIgnoreReturnValue
        Call say(String text) {
            return bring(new ReplyEvent.Text(text));
        }

        @CanIgnoreReturnValue
        Call bring(ReplyEvent event) {
            unlessOver(() -> {
                spoken |= !(event instanceof ReplyEvent.Used || event instanceof ReplyEvent.Finished);
                listener.onEvent(event);
            });
            return this;
        }

        /** Ends the reply as whole. */
        void finish() {
            bring(new ReplyEvent.Finished(FinishReason.STOP, "stop", new Usage(20, 0, 0, 3, 0, false), null));
            complete();
        }

        void complete() {
            unlessOver(() -> {
                over = true;
                listener.onCompletion();
            });
        }

        void fail(Throwable failure) {
            unlessOver(() -> {
                over = true;
                listener.onFailure(failure);
            });
        }

        private void unlessOver(Runnable step) {
            loop.runOnContext(_ -> {
                if (!over) {
                    step.run();
                }
            });
        }
    }

    /** Returns the text of a reply. */
    static String text(List<Content> reply) {
        return Replies.text(reply);
    }
}

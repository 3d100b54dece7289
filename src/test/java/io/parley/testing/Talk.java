package io.parley.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.PageRequest;
import io.parley.conversation.Problem;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.conversation.port.Caller;
import io.parley.session.SessionStore;
import io.parley.stream.NumberedEvent;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.parley.turn.OpenTurn;
import io.parley.turn.OpenTurn.Place;
import io.parley.turn.Opening;
import io.parley.turn.Reaction;
import io.parley.turn.TurnCommand;
import io.parley.turn.TurnOptions;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A conversation with the stores, in few words. Waits for every answer. */
public final class Talk {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    public static final SessionSettings PLAIN = new SessionSettings("", null, List.of(), null, List.of(), List.of(),
            Generation.UNDECIDED, IfRunning.REJECT, OnDisconnect.CONTINUE, OnCrash.INTERRUPT, Duration.ofDays(90),
            RawJson.EMPTY_OBJECT);
    private final SessionStore sessions;
    private final TurnStore turns;
    private final SessionId session;

    private Talk(SessionStore sessions, TurnStore turns, SessionId session) {
        this.sessions = sessions;
        this.turns = turns;
        this.session = session;
    }

    /** In a new session. */
    public static Talk begin(SessionStore sessions, TurnStore turns) {
        return begin(sessions, turns, PLAIN.retention());
    }

    /** In a new session that is kept so long; null for ever. */
    public static Talk begin(SessionStore sessions, TurnStore turns, @Nullable Duration retention) {
        SessionId id = SessionId.create();
        SessionSettings settings = new SessionSettings(PLAIN.title(), PLAIN.model(), PLAIN.fallbacks(), PLAIN.systemPrompt(),
                PLAIN.facts(), PLAIN.context(), PLAIN.generation(), PLAIN.ifRunning(), PLAIN.onDisconnect(), PLAIN.onCrash(),
                retention, PLAIN.metadata());
        await(sessions.create(id, Owner.LOCAL, settings, ReadPlan.EVERYTHING, null));
        return new Talk(sessions, turns, id);
    }

    /** In another session. */
    public Talk in(SessionId other) {
        return new Talk(sessions, turns, other);
    }

    @CanIgnoreReturnValue
    public static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    public SessionId session() {
        return session;
    }

    public static NewMessage user(String text) {
        return new NewMessage(Role.USER, List.of(new Content.Text(text)), new TokenCount(text.length(), "o200k_base"));
    }

    public static NewMessage assistant(String text) {
        return new NewMessage(Role.ASSISTANT, List.of(new Content.Text(text)), new TokenCount(text.length(), "o200k_base"));
    }

    public static IdempotencyKey key(int n) {
        return new IdempotencyKey("%064x".formatted(n), "%064x".formatted(n));
    }

    public OpenTurn request(Input input, IdempotencyKey key) {
        return request(Owner.LOCAL, session, input, key);
    }

    /** A request of any owner. */
    public static OpenTurn request(Owner owner, SessionId session, Input input, IdempotencyKey key) {
        NewMessage message = input.said();
        TurnCommand command = new TurnCommand(new Caller(owner), input.in(session),
                message == null ? null : message.content(), TurnOptions.NONE, Reaction.OF_SESSION, RawJson.EMPTY_OBJECT, key);
        return new OpenTurn(command, TurnId.create(), message, null, Place.NONE);
    }

    @CanIgnoreReturnValue
    public Opening open(Input input, IdempotencyKey key) {
        return await(turns.open(request(input, key)));
    }

    @CanIgnoreReturnValue
    public Opening.Opened open(Input input) {
        return (Opening.Opened) open(input, null);
    }

    public Turn opened(Input input) {
        return open(input).turn();
    }

    public static CommitTurn end(Turn turn, TurnState state, String reply, List<NumberedEvent> events) {
        boolean failed = state == TurnState.FAILED || state == TurnState.INTERRUPTED;
        Turn over = new Turn(turn.id(), turn.session(), state, turn.epoch(), turn.userMessage(), turn.reply(), false, "model",
                failed ? null : FinishReason.STOP, new Usage(10, 4, 2, 3, 1, false),
                new Cost(new BigDecimal("0.001834"), "USD"),
                failed ? new Problem(FailureCode.PROVIDER_ERROR, "It failed.", true, null) : null, turn.onDisconnect(),
                turn.onCrash(), turn.metadata(), turn.createdAt(), Instant.ofEpochMilli(turn.createdAt().toEpochMilli() + 5),
                null);
        List<Content> blocks = reply.isEmpty() ? List.of() : List.of(new Content.Text(reply));
        return new CommitTurn(over, blocks, new TokenCount(reply.length(), "o200k_base"), null, events);
    }

    @CanIgnoreReturnValue
    public Committed commit(Turn turn, TurnState state, String reply) {
        return await(turns.commit(end(turn, state, reply, List.of())));
    }

    /** Says something and gets a reply. */
    @CanIgnoreReturnValue
    public Turn say(String text, String reply) {
        Turn turn = opened(new Input.Say(user(text)));
        commit(turn, TurnState.COMPLETED, reply);
        return turn;
    }

    @CanIgnoreReturnValue
    public Turn again(String reply) {
        Turn turn = opened(new Input.Again());
        commit(turn, TurnState.COMPLETED, reply);
        return turn;
    }

    @CanIgnoreReturnValue
    public Turn instead(MessageId replaced, String text, String reply) {
        Turn turn = opened(new Input.Instead(replaced, user(text)));
        commit(turn, TurnState.COMPLETED, reply);
        return turn;
    }

    public List<Message> history() {
        return await(turns.read(session, null, ReadPlan.EVERYTHING)).messages();
    }

    public List<String> texts() {
        return history().stream().map(Talk::text).toList();
    }

    public List<Message> everything() {
        return await(sessions.messages(Owner.LOCAL, session, true, new PageRequest(null, null, 100))).items();
    }

    public static String text(Message message) {
        return message.content().getFirst() instanceof Content.Text text ? text.text() : message.content().toString();
    }
}

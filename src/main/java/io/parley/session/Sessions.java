package io.parley.session;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FoundSession;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ListedSession;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Violation;
import io.parley.session.SessionStore.Stored;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Creates, reads, changes, lists, forks and erases sessions and their messages. */
@ApplicationScoped
public class Sessions {
    private static final int MOST_RESULTS = 200;
    private final SessionStore store;
    private final SettingsRules rules;
    private final MessageIntake intake;
    private final OwnerSearches searches;

    Sessions(SessionStore store, SettingsRules rules, MessageIntake intake, OwnerSearches searches) {
        this.store = store;
        this.rules = rules;
        this.intake = intake;
        this.searches = searches;
    }

    /**
     * Creates a session.
     *
     * @return fails with {@code Failure.Invalid} if the settings break a rule
     */
    public Uni<Stored<Session>> create(Owner owner, SessionSettings settings, @Nullable IdempotencyKey idempotency) {
        return Uni.createFrom().deferred(() -> {
            check(settings);
            return store.create(SessionId.create(), owner, settings, rules.plan(settings), idempotency);
        });
    }

    /** Returns the owner's sessions as lists show them, newest first; if {@code query} is given, only those that contain it. */
    public Uni<Page<ListedSession>> list(Owner owner, @Nullable String query, PageRequest page) {
        Uni<Page<FoundSession>> found = query == null ? store.list(owner, page).map(Sessions::unsearched)
                : searches.run(owner, () -> store.search(owner, query, page));
        return found.chain(sessions -> withLastMessages(owner, sessions));
    }

    private static Page<FoundSession> unsearched(Page<Session> page) {
        return new Page<>(page.items().stream().map(session -> new FoundSession(session, null)).toList(), page.before(),
                page.after(), page.bytes());
    }

    private Uni<Page<ListedSession>> withLastMessages(Owner owner, Page<FoundSession> page) {
        return store.lastMessages(owner, page.items().stream().map(found -> found.session().id()).toList()).map(last -> {
            List<ListedSession> items = page.items().stream()
                    .map(found -> new ListedSession(found.session(), last.get(found.session().id()), found.hit())).toList();
            long bytes = last.values().stream().mapToLong(message -> message.text().length()).sum();
            return new Page<>(items, page.before(), page.after(), page.bytes() + bytes);
        });
    }

    /** Returns one session. {@code room} grants memory before long settings are read. */
    public Uni<Session> find(Owner owner, SessionId id, ReadRoom room) {
        return makeRoom(id, room).chain(() -> store.find(owner, id));
    }

    /** Returns one session as lists show it, see {@link Session#forLists()}. */
    public Uni<Session> outline(Owner owner, SessionId id) {
        return store.outline(owner, id);
    }

    /** Reserves memory before the settings of a session are read; nothing if there is no such session. */
    public Uni<Void> makeRoom(SessionId id, ReadRoom room) {
        return store.settingsBytes(id).chain(room::takeIfLong);
    }

    /** Changes settings; {@code change} may be called more than once and may fail with {@code Failure.Invalid}. */
    public Uni<Session> update(Owner owner, SessionId id, @Nullable Long expectedVersion,
            UnaryOperator<SessionSettings> change) {
        return store.update(owner, id, expectedVersion, settings -> {
            SessionSettings changed = change.apply(settings);
            check(changed);
            return changed;
        }, this::planAfter);
    }

    /** Where the history was cut still holds unless the model or its context policies are others. */
    private @Nullable ReadPlan planAfter(SessionSettings before, SessionSettings after) {
        boolean alike = Objects.equals(before.model(), after.model()) && before.context().equals(after.context());
        return alike ? null : rules.plan(after);
    }

    /** Erases a session for good. Its running turn is the caller's to end first. */
    public Uni<Void> erase(Owner owner, SessionId id, @Nullable Long expectedVersion) {
        return store.erase(owner, id, expectedVersion);
    }

    /** A new, independent session with the history up to a message. */
    public Uni<Stored<Session>> fork(Owner owner, SessionId id, MessageId through, @Nullable IdempotencyKey idempotency) {
        return store.fork(owner, id, through, id.createFork(), idempotency);
    }

    /** The history in conversation order; without a cursor the newest page. */
    public Uni<Page<Message>> messages(Owner owner, SessionId id, boolean superseded, PageRequest page, ReadRoom room) {
        return store.messages(owner, id, superseded, page, room);
    }

    /** One message. */
    public Uni<Message> message(Owner owner, SessionId id, MessageId message, ReadRoom room) {
        return store.message(owner, id, message, room);
    }

    /** The bytes of an image that a message of this session names. */
    public Uni<ImageBytes> image(Owner owner, SessionId id, String sha256, ReadRoom room) {
        return store.image(owner, id, sha256, room);
    }

    /** Appends messages without asking the model, all or none. */
    public Uni<Stored<List<Message>>> append(Owner owner, SessionId id, List<Draft> drafts,
            @Nullable IdempotencyKey idempotency) {
        return store.outline(owner, id)
                .chain(session -> takeAll(session, drafts))
                .chain(messages -> store.append(owner, id, messages, idempotency));
    }

    /** Replaces the content of a message. */
    public Uni<Message> edit(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion,
            List<Content> content) {
        return Uni.combine().all().unis(store.outline(owner, id), store.message(owner, id, message)).asTuple()
                .chain(found -> take(found.getItem1(), new Draft(found.getItem2().role(), content)))
                .chain(replacement -> store.edit(owner, id, message, expectedVersion, replacement));
    }

    /** Makes a version of a message count again, with what followed it; see {@link SessionStore#choose}. */
    public Uni<Message> choose(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion) {
        return store.choose(owner, id, message, expectedVersion);
    }

    /** Removes a message; with a tool call go its results. */
    public Uni<Void> remove(Owner owner, SessionId id, Message message, @Nullable Long expectedVersion) {
        return withResults(owner, id, message)
                .chain(doomed -> store.remove(owner, id, doomed, expectedVersion));
    }

    private Uni<List<MessageId>> withResults(Owner owner, SessionId id, Message message) {
        Set<String> calls = new HashSet<>();
        for (Content block : message.content()) {
            if (block instanceof Content.ToolCall call) {
                calls.add(call.id());
            }
        }
        if (calls.isEmpty()) {
            return Uni.createFrom().item(List.of(message.id()));
        }
        return store.toolMessagesAfter(owner, id, message.id(), MOST_RESULTS)
                .chain(found -> resultsAmong(owner, id, found, calls))
                .map(results -> Stream.concat(Stream.of(message.id()), results.stream()).toList());
    }

    /** Reads one message after the other, because each may be long. */
    private Uni<List<MessageId>> resultsAmong(Owner owner, SessionId id, List<MessageId> found, Set<String> calls) {
        return Multi.createFrom().iterable(found)
                .onItem().transformToUniAndConcatenate(each -> store.message(owner, id, each)
                        .onFailure(Failure.NotFound.class).recoverWithNull())
                .filter(tool -> answers(tool, calls)).map(Message::id)
                .collect().asList();
    }

    private static boolean answers(Message message, Set<String> calls) {
        return message.content().stream()
                .anyMatch(block -> block instanceof Content.ToolResult result && calls.contains(result.callId()));
    }

    /** One after the other: hundreds joined would each stand on the stack of the one before. */
    private Uni<List<NewMessage>> takeAll(Session session, List<Draft> drafts) {
        return Multi.createFrom().iterable(drafts)
                .onItem().transformToUniAndConcatenate(draft -> take(session, draft))
                .collect().asList();
    }

    private Uni<NewMessage> take(Session session, Draft draft) {
        return intake.take(session.settings().model(), draft.role(), draft.content());
    }

    private void check(SessionSettings settings) {
        List<Violation> violations = rules.violations(settings);
        if (!violations.isEmpty()) {
            throw new Failure.Invalid(violations);
        }
    }

    /**
     * A message as a client sends it.
     *
     * @param content images inline or by URL
     */
    public record Draft(Role role, List<Content> content) {
        public Draft { content = List.copyOf(content); }
    }
}

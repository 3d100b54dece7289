package io.parley.store;

import io.parley.conversation.FoundSession;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.LastMessage;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.session.ReadRoom;
import io.parley.session.SessionStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sessions and messages in Redis. */
@ApplicationScoped
public class RedisSessionStore implements SessionStore {
    private final SessionRecords records;
    private final SessionMessages messages;
    private final SessionLists lists;
    private final ListedSessions listed;
    private final SessionForks forks;
    private final LastMessages lastMessages;

    RedisSessionStore(SessionRecords records, SessionMessages messages, SessionLists lists, ListedSessions listed,
            SessionForks forks, LastMessages lastMessages) {
        this.records = records;
        this.messages = messages;
        this.lists = lists;
        this.listed = listed;
        this.forks = forks;
        this.lastMessages = lastMessages;
    }

    @Override
    public Uni<Stored<Session>> create(SessionId id, Owner owner, SessionSettings settings, ReadPlan plan,
            @Nullable IdempotencyKey idempotency) {
        return later(() -> records.create(id, owner, settings, plan, idempotency));
    }

    @Override
    public Uni<Page<Session>> list(Owner owner, PageRequest page) {
        return later(() -> lists.list(owner, page));
    }

    @Override
    public Uni<Page<FoundSession>> search(Owner owner, String query, PageRequest page) {
        return later(() -> lists.search(owner, query, page));
    }

    @Override
    public Uni<Map<SessionId, LastMessage>> lastMessages(Owner owner, List<SessionId> sessions) {
        return later(() -> lastMessages.of(owner, sessions));
    }

    @Override
    public Uni<Session> find(Owner owner, SessionId id) {
        return later(() -> records.find(owner, id));
    }

    @Override
    public Uni<Session> outline(Owner owner, SessionId id) {
        return later(() -> listed.outline(owner, id));
    }

    @Override
    public Uni<Long> settingsBytes(SessionId id) {
        return later(() -> records.settingsBytes(id));
    }

    @Override
    public Uni<Session> update(Owner owner, SessionId id, @Nullable Long expectedVersion,
            Function<SessionSettings, SessionSettings> change, NextPlan plan) {
        return later(() -> records.update(owner, id, expectedVersion, change, plan));
    }

    @Override
    public Uni<Void> erase(Owner owner, SessionId id, @Nullable Long expectedVersion) {
        return later(() -> records.erase(owner, id, expectedVersion));
    }

    @Override
    public Uni<Stored<Session>> fork(Owner owner, SessionId id, MessageId through, SessionId fork,
            @Nullable IdempotencyKey idempotency) {
        return later(() -> forks.fork(owner, id, through, fork, idempotency));
    }

    @Override
    public Uni<Page<Message>> messages(Owner owner, SessionId id, boolean superseded, PageRequest page, ReadRoom room) {
        return later(() -> messages.page(owner, id, superseded, page, room));
    }

    @Override
    public Uni<Message> message(Owner owner, SessionId id, MessageId message, ReadRoom room) {
        return later(() -> messages.find(owner, id, message, room));
    }

    @Override
    public Uni<ImageBytes> image(Owner owner, SessionId id, String sha256, ReadRoom room) {
        return later(() -> messages.image(owner, id, sha256, room));
    }

    @Override
    public Uni<Stored<List<Message>>> append(Owner owner, SessionId id, List<NewMessage> added,
            @Nullable IdempotencyKey idempotency) {
        return later(() -> messages.append(owner, id, added, idempotency));
    }

    @Override
    public Uni<Message> edit(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion,
            NewMessage replacement) {
        return later(() -> messages.edit(owner, id, message, expectedVersion, replacement));
    }

    @Override
    public Uni<Message> choose(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion) {
        return later(() -> messages.choose(owner, id, message, expectedVersion));
    }

    @Override
    public Uni<List<MessageId>> toolMessagesAfter(Owner owner, SessionId id, MessageId message, int most) {
        return later(() -> messages.toolMessagesAfter(owner, id, message, most));
    }

    @Override
    public Uni<Void> remove(Owner owner, SessionId id, List<MessageId> doomed, @Nullable Long expectedVersion) {
        return later(() -> messages.remove(owner, id, doomed, expectedVersion));
    }

    /** Nothing happens before somebody subscribes, and each subscription is a request of its own. */
    private static <T> Uni<T> later(Supplier<Uni<T>> request) {
        return Uni.createFrom().deferred(request::get);
    }
}

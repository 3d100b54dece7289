package io.parley.session;

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
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions and their messages. Port; {@code store} implements it.
 * <p>
 * Every change is atomic. Every method fails with {@code Failure.NotFound} if there is no such thing for this owner, and
 * with {@code Failure.Unavailable} if the store does not answer. Methods that change messages fail with
 * {@code Failure.Conflict(TURN_RUNNING)} while a turn runs.
 */
public interface SessionStore {

    /**
     * Creates a session; repeatable by its id.
     *
     * @param plan what the first turn will read
     * @param idempotency under which a repetition returns the session that the first request created
     * @return the session and whether it is the one of an earlier request
     */
    Uni<Stored<Session>> create(SessionId id, Owner owner, SessionSettings settings, ReadPlan plan,
            @Nullable IdempotencyKey idempotency);

    /** Returns the owner's sessions as lists show them, newest first, see {@link Session#forLists()}. */
    Uni<Page<Session>> list(Owner owner, PageRequest page);

    /**
     * Returns, of the same list, the sessions that have a text.
     *
     * @param query the text in the title or the messages, whatever its case; a blank one is in all of them
     */
    Uni<Page<FoundSession>> search(Owner owner, String query, PageRequest page);

    /** Returns the newest message of each of these sessions that has one that can be read and belongs to this owner. */
    Uni<Map<SessionId, LastMessage>> lastMessages(Owner owner, List<SessionId> sessions);

    /** One session. */
    Uni<Session> find(Owner owner, SessionId id);

    /** Returns one session as lists show it, see {@link Session#forLists()}. It does not read the long settings. */
    Uni<Session> outline(Owner owner, SessionId id);

    /** Returns the stored length of a session's settings in bytes; 0 if there is no such session. */
    Uni<Long> settingsBytes(SessionId id);

    /**
     * Changes settings: reads them, applies the change and writes it if nobody was faster, else again.
     *
     * @param expectedVersion if given, the change is refused with {@code STALE_VERSION} unless this is the stored version
     * @param plan what the next turn under the new settings, the second ones, will read; null: what it would have read
     */
    Uni<Session> update(Owner owner, SessionId id, @Nullable Long expectedVersion,
            Function<SessionSettings, SessionSettings> change, NextPlan plan);

    /**
     * Erases a session with all that belongs to it, its running turn included: no key is left, and no late write of that
     * turn brings one back.
     *
     * @param expectedVersion as for {@link #update}
     */
    Uni<Void> erase(Owner owner, SessionId id, @Nullable Long expectedVersion);

    /**
     * Copies the history up to a message into a new session, inside the store.
     *
     * @param fork its id, made by {@link SessionId#createFork()}
     * @return fails with {@code Failure.Unavailable} and {@code RATE_LIMITED} if the owner's forks of the last minute have
     *         reached their limit
     */
    Uni<Stored<Session>> fork(Owner owner, SessionId id, MessageId through, SessionId fork,
            @Nullable IdempotencyKey idempotency);

    /**
     * The history in conversation order; without a cursor the newest page.
     *
     * @param superseded whether superseded messages are part of the list
     * @param room grants memory before long messages are read
     */
    Uni<Page<Message>> messages(Owner owner, SessionId id, boolean superseded, PageRequest page, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<Page<Message>> messages(Owner owner, SessionId id, boolean superseded, PageRequest page) {
        return messages(owner, id, superseded, page, ReadRoom.UNBOUNDED);
    }

    /**
     * Returns one message, superseded or not.
     *
     * @param room grants memory before a long message is read
     */
    Uni<Message> message(Owner owner, SessionId id, MessageId message, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<Message> message(Owner owner, SessionId id, MessageId message) {
        return message(owner, id, message, ReadRoom.UNBOUNDED);
    }

    /**
     * Returns the bytes of an image of this session; fails with {@code IMAGE_NOT_FOUND} if there is none with this hash.
     *
     * @param room grants memory before a long image is read
     */
    Uni<ImageBytes> image(Owner owner, SessionId id, String sha256, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<ImageBytes> image(Owner owner, SessionId id, String sha256) {
        return image(owner, id, sha256, ReadRoom.UNBOUNDED);
    }

    /** Appends all messages or none. A repetition under the same key returns what the first request appended. */
    Uni<Stored<List<Message>>> append(Owner owner, SessionId id, List<NewMessage> messages,
            @Nullable IdempotencyKey idempotency);

    /** Replaces the content of a message; its number, turn and place stay. */
    Uni<Message> edit(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion, NewMessage replacement);

    /**
     * Makes a superseded message count again, with the messages before it and with those that followed it when it last
     * counted; what stands in their place is superseded. Nothing changes if the message counts already. Fails with
     * {@code TURN_RUNNING} while a turn runs.
     *
     * @param expectedVersion if given, the choice is refused with {@code STALE_VERSION} unless this is the message's version
     */
    Uni<Message> choose(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion);

    /**
     * Returns the tool messages after a message on any branch, with nothing but tool messages and removed messages in between.
     *
     * @param most the most messages that are looked at
     */
    Uni<List<MessageId>> toolMessagesAfter(Owner owner, SessionId id, MessageId message, int most);

    /** Removes messages, all or none; their numbers are not reused. Unknown ones are ignored but for the first. */
    Uni<Void> remove(Owner owner, SessionId id, List<MessageId> messages, @Nullable Long expectedVersion);

    /** The running turn of a session that is to be erased, so that it can be stopped first. */
    default Uni<@Nullable TurnId> runningTurn(Owner owner, SessionId id) {
        return outline(owner, id).map(Session::runningTurn);
    }

    /** What a change of settings means for what the next turn reads. */
    @FunctionalInterface
    interface NextPlan {
        /** The plan under the settings {@code after}; null: the one there is still holds. */
        @Nullable
        ReadPlan of(SessionSettings before, SessionSettings after);
    }

    /**
     * A result, and where it comes from.
     *
     * @param repeated whether an earlier request under the same idempotency key had made it
     */
    record Stored<T>(T value, boolean repeated) {}
}

package io.parley.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.turn.CommitTurn;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Messages at rest: a head that scripts read, then JSON. The head is
 * {@code 1|<live number before>|<role>|<version>|<tokens>|<encoding>|}; the scripts add the first two parts when they know
 * them. Names in here are data at rest: never rename one.
 */
final class MessageCodec {
    private static final int HEAD_PARTS = 6;

    private MessageCodec() {
    }

    /** A message that is appended, without what the script adds. */
    static String encode(NewMessage message, @Nullable TurnId turn, Instant now) {
        ObjectNode json = json(MessageStatus.COMPLETED, now, now);
        Json.put(json, "turn", turn == null ? null : turn.value());
        json.set("content", ContentCodec.encodeAll(message.content()));
        return head(message.role(), 1, message.tokens()) + Json.write(json);
    }

    /** The reply of a turn, likewise. */
    static String encodeReply(CommitTurn commit) {
        Turn turn = commit.turn();
        ObjectNode json = json(status(turn), turn.updatedAt(), turn.updatedAt()).put("turn", turn.id().value());
        Json.put(json, "model", turn.model());
        Json.put(json, "finish", StoredNames.FINISH_REASON.nameOrNull(turn.finishReason()));
        json.set("content", ContentCodec.encodeAll(commit.reply()));
        return head(Role.ASSISTANT, 1, commit.tokens()) + Json.write(json);
    }

    /** A message with another content; all else that was stored stays, also what this version does not know. */
    static String encodeEdited(String stored, NewMessage replacement, Instant now) {
        Stored earlier = split(stored);
        ObjectNode json = earlier.json().put("updated", now.toEpochMilli());
        json.set("content", ContentCodec.encodeAll(replacement.content()));
        return head(earlier.role(), earlier.version() + 1, replacement.tokens()) + Json.write(json);
    }

    /**
     * Reads what is stored, without its place in the tree of versions.
     *
     * @throws CorruptRecord if it cannot be understood
     */
    static Message decode(long number, String value, boolean superseded) {
        return decode(number, value, superseded, 0);
    }

    /**
     * Reads what is stored.
     *
     * @param before the number of the nearest stored message before it; 0 if there is none
     * @throws CorruptRecord if it cannot be understood
     */
    static Message decode(long number, String value, boolean superseded, long before) {
        Stored stored = split(value);
        ObjectNode json = stored.json();
        String turn = Json.text(json, "turn");
        MessageMeta meta = new MessageMeta(new MessageId(number), turn == null ? null : new TurnId(turn),
                StoredNames.STATUS.value(Json.text(json, "status"), MessageStatus.COMPLETED), stored.tokens(),
                instant(json, "created"), instant(json, "updated"), stored.version(), superseded,
                before == 0 ? null : new MessageId(before));
        return switch (stored.role()) {
            case USER -> new Message.User(meta, ContentCodec.decodeAll(json.get("content")));
            case TOOL -> new Message.Tool(meta, ContentCodec.decodeAll(json.get("content")));
            case ASSISTANT -> new Message.Assistant(meta, ContentCodec.decodeAll(json.get("content")), Json.text(json, "model"),
                    finishReason(json));
        };
    }

    static long version(String value) {
        return split(value).version();
    }

    private static @Nullable FinishReason finishReason(ObjectNode json) {
        String name = Json.text(json, "finish");
        return name == null ? null : StoredNames.FINISH_REASON.value(name, FinishReason.UNKNOWN);
    }

    private static ObjectNode json(MessageStatus status, Instant created, Instant updated) {
        return Json.object().put("status", StoredNames.STATUS.name(status)).put("created", created.toEpochMilli())
                .put("updated", updated.toEpochMilli());
    }

    private static Instant instant(ObjectNode json, String name) {
        return Instant.ofEpochMilli(json.path(name).asLong());
    }

    private static String head(Role role, long version, TokenCount tokens) {
        String encoding = tokens.encoding().replace('|', '_');
        return StoredNames.ROLE.name(role) + "|" + version + "|" + tokens.tokens() + "|" + encoding + "|";
    }

    private static MessageStatus status(Turn turn) {
        return switch (turn.state()) {
            case RUNNING, COMPLETED -> MessageStatus.COMPLETED;
            case CANCELLED -> MessageStatus.CANCELLED;
            case FAILED -> MessageStatus.FAILED;
            case INTERRUPTED -> MessageStatus.INTERRUPTED;
        };
    }

    private static Stored split(String value) {
        String[] parts = value.split("\\|", HEAD_PARTS + 1);
        Role role = parts.length <= HEAD_PARTS ? null : StoredNames.ROLE.valueOrNull(parts[2]);
        if (role == null) {
            throw new CorruptRecord("a stored message has no head");
        }
        try {
            TokenCount tokens = new TokenCount(Integer.parseInt(parts[4]), parts[5]);
            return new Stored(role, Long.parseLong(parts[3]), tokens, Json.read(parts[HEAD_PARTS]));
        } catch (NumberFormatException _) {
            throw new CorruptRecord("a stored message has a bad head");
        }
    }

    private record Stored(Role role, long version, TokenCount tokens, ObjectNode json) {}
}

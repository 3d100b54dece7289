package io.parley.store;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names of keys. What a user wrote is part of one only hashed; all keys of a session share its hash tag. */
final class Keys {
    private Keys() {
    }

    /** The fixed keys of a session, in the order in which every script takes them. */
    static List<String> of(SessionId id) {
        String session = session(id);
        return List.of(session, session + ":m", session + ":x", session + ":t", session + ":i", session + ":b", session + ":s",
                session + ":v");
    }

    /** The fixed keys of a session and the log of one turn. */
    static List<String> withLog(SessionId id, TurnId turn) {
        String session = session(id);
        return List.of(session, session + ":m", session + ":x", session + ":t", session + ":i", session + ":b", session + ":s",
                session + ":v", session + ":e:" + turn.value());
    }

    /** The key of a session itself and the log of one turn. */
    static List<String> sessionAndLog(SessionId id, TurnId turn) {
        String session = session(id);
        return List.of(session, session + ":e:" + turn.value());
    }

    static String session(SessionId id) {
        return "parley:{" + id.tag() + "}:" + id.value();
    }

    static String images(SessionId id) {
        return session(id) + ":b";
    }

    static String log(SessionId id, String turn) {
        return session(id) + ":e:" + turn;
    }

    static String owner(Owner owner) {
        return "parley:owner:" + sha256(owner.name());
    }

    static String idempotency(Owner owner, String key) {
        return owner(owner) + ":i:" + sha256(key);
    }

    /** The key of a hash: the bytes that the owner's forks have copied in the current minute, and the number of these forks. */
    static String copied(Owner owner) {
        return owner(owner) + ":copied";
    }

    static String model(String name) {
        return "parley:model:" + sha256(name);
    }

    /** A session's name where it may outlive the session. */
    static String hashed(SessionId id) {
        return sha256(id.value());
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

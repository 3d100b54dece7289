package io.parley.store;

import io.parley.conversation.Owner;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads sessions for a list. What a list shows of the settings stands in a field of its own beside them, with the version of
 * the settings that it was made of, so that a list does not read the long ones. A session that an earlier version of Parley
 * has written lacks that field, or has an old one: it is read as a whole, alone, and gets the field.
 */
@ApplicationScoped
class ListedSessions {
    /** As for {@link Answers#session}, with the shown settings in the place of all of them. */
    private static final List<String> FIELDS = List.of("owner", "lst", "ver", "cre", "upd", "run", "n", "tok", "lstV");
    private static final int SHOWN = 1;
    private static final int VERSION = 2;
    private static final int SHOWN_VERSION = 8;
    private final RedisGate gate;
    private final SessionRecords records;

    ListedSessions(RedisGate gate, SessionRecords records) {
        this.gate = gate;
        this.records = records;
    }

    /**
     * A session as a list shows it.
     *
     * @param session null: it is not there
     * @param bytes how long the shown settings are
     * @param current whether this is all there is to know; if not, {@link #restore} knows more
     */
    record Listed(@Nullable Session session, long bytes, boolean current) {
        private static final Listed NOTHING = new Listed(null, 0, true);
        private static final Listed OUTDATED = new Listed(null, 0, false);
    }

    /** What the field says. */
    Uni<Listed> find(Owner owner, SessionId id) {
        List<String> arguments = new ArrayList<>(List.of(Keys.session(id)));
        arguments.addAll(FIELDS);
        return gate.send(Command.HMGET, arguments).map(fields -> {
            if (fields == null || !owner.name().equals(Answers.textOrNull(fields, 0))) {
                return Listed.NOTHING;
            }
            boolean current = Answers.text(fields, VERSION).equals(Answers.textOrNull(fields, SHOWN_VERSION));
            return current ? new Listed(Answers.session(id, fields), length(fields), true) : Listed.OUTDATED;
        });
    }

    private static long length(Response fields) {
        return Answers.text(fields, SHOWN).length();
    }

    /** A session without its long settings; fails with {@code Failure.NotFound} if it is not there for this owner. */
    Uni<Session> outline(Owner owner, SessionId id) {
        return find(owner, id).chain(found -> found.current() ? Uni.createFrom().item(found) : restore(owner, id))
                .map(found -> {
                    if (found.session() == null) {
                        throw Refusals.noSession();
                    }
                    return found.session();
                });
    }

    /** The session from its whole settings; from now on the field says it. */
    Uni<Listed> restore(Owner owner, SessionId id) {
        return records.findIfThere(owner, id)
                .chain(found -> found.map(this::note).orElseGet(() -> Uni.createFrom().item(Listed.NOTHING)));
    }

    private Uni<Listed> note(Session session) {
        String shown = SettingsCodec.encodeListed(session.settings());
        Listed listed = new Listed(session.forLists(), shown.length(), true);
        return gate.run(Script.LISTED, Keys.of(session.id()), List.of(Long.toString(session.version()), shown))
                .replaceWith(listed)
                // A Redis that is full takes no writes. What was read is shown all the same.
                .onFailure().recoverWithItem(listed);
    }
}

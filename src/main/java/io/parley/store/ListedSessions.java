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
 * Reads sessions for a list. A separate field holds the settings that a list shows, so that a list does not read the long
 * settings. The field also has the version of the settings from which it was made. A session that an earlier version of Parley
 * has written lacks the field or has an old one. This class reads such a session as a whole, one at a time, and writes the
 * field.
 */
@ApplicationScoped
class ListedSessions {
    /** The fields of {@link Answers#session}, with the shown settings in place of all settings. */
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
     * @param session null if the session does not exist
     * @param bytes the stored length of the shown settings
     * @param current whether the field is up to date; if not, {@link #restore} reads the whole settings
     */
    record Listed(@Nullable Session session, long bytes, boolean current) {
        private static final Listed NOTHING = new Listed(null, 0, true);
        private static final Listed OUTDATED = new Listed(null, 0, false);
    }

    /** Reads a session from the field. */
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

    /** Returns a session without its long settings; fails with {@code Failure.NotFound} if it does not exist for this owner. */
    Uni<Session> outline(Owner owner, SessionId id) {
        return find(owner, id).chain(found -> found.current() ? Uni.createFrom().item(found) : restore(owner, id))
                .map(found -> {
                    if (found.session() == null) {
                        throw Refusals.noSession();
                    }
                    return found.session();
                });
    }

    /** Reads a session from its whole settings and writes the field. */
    Uni<Listed> restore(Owner owner, SessionId id) {
        return records.findIfThere(owner, id)
                .chain(found -> found.map(this::note).orElseGet(() -> Uni.createFrom().item(Listed.NOTHING)));
    }

    private Uni<Listed> note(Session session) {
        String shown = SettingsCodec.encodeListed(session.settings());
        Listed listed = new Listed(session.forLists(), shown.length(), true);
        String version = Long.toString(session.version());
        return gate.run(new FieldsWrite(session.id(), "ver", version, List.of("lst", shown, "lstV", version)))
                .replaceWith(listed)
                // A full Redis refuses the write, but the session has been read and can be shown.
                .onFailure().recoverWithItem(listed);
    }
}

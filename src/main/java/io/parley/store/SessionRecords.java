package io.parley.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.session.SessionStore.NextPlan;
import io.parley.session.SessionStore.Stored;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Creates, finds, changes and erases sessions. */
@ApplicationScoped
class SessionRecords {
    private static final int TRIES = 5;
    private static final List<String> FIELDS = List.of("owner", "set", "ver", "cre", "upd", "run", "n", "tok");
    private final RedisGate gate;
    private final OwnerIndex index;
    private final InstantSource clock;

    SessionRecords(RedisGate gate, OwnerIndex index, InstantSource clock) {
        this.gate = gate;
        this.index = index;
        this.clock = clock;
    }

    Uni<Stored<Session>> create(SessionId fresh, Owner owner, SessionSettings settings, ReadPlan plan,
            @Nullable IdempotencyKey idempotency) {
        Instant now = now();
        String claim = idempotency == null ? "" : idempotency.key();
        return index.claim(owner, fresh, idempotency).chain(id -> index.enter(owner, id, now, settings.retention())
                .map(entry -> creation(owner, entry, settings, plan, claim))
                .chain(arguments -> gate.run(Script.CREATE, Keys.of(id), arguments))
                .map(answer -> created(id, answer, !id.equals(fresh))));
    }

    private static List<String> creation(Owner owner, OwnerIndex.Entry entry, SessionSettings settings, ReadPlan plan,
            String claim) {
        List<String> arguments = new ArrayList<>(List.of(owner.name(), Long.toString(entry.created().toEpochMilli())));
        arguments.addAll(settings(settings, Json.object(), plan));
        arguments.add(entry.until());
        arguments.add(claim);
        arguments.add(SettingsCodec.encodeListed(settings));
        return arguments;
    }

    private static Stored<Session> created(SessionId id, Response answer, boolean repeated) {
        if (!Answers.is(answer, "CREATED") && !Answers.is(answer, "KNOWN")) {
            throw Refusals.of(answer);
        }
        return new Stored<>(Answers.session(id, answer.get(1)), repeated);
    }

    /** The session with its settings as they are stored. */
    Uni<Session> find(Owner owner, SessionId id) {
        return fields(owner, id).chain(fields -> Decoding.of(fields, read -> Answers.session(id, read)));
    }

    /** Returns the session, or nothing if it does not exist. */
    Uni<Optional<Session>> findIfThere(Owner owner, SessionId id) {
        return fieldsIfThere(owner, id).chain(fields -> fields == null ? Uni.createFrom().item(Optional.empty())
                : Decoding.of(fields, read -> Optional.of(Answers.session(id, read))));
    }

    /** Returns the stored length of the settings in bytes; 0 if there is no such session. */
    Uni<Long> settingsBytes(SessionId id) {
        return gate.send(Command.HSTRLEN, List.of(Keys.session(id), "set")).map(Answers::length);
    }

    Uni<Session> update(Owner owner, SessionId id, @Nullable Long expectedVersion,
            Function<SessionSettings, SessionSettings> change, NextPlan plan) {
        return update(owner, id, expectedVersion, change, plan, TRIES);
    }

    private Uni<Session> update(Owner owner, SessionId id, @Nullable Long expectedVersion,
            Function<SessionSettings, SessionSettings> change, NextPlan plan, int tries) {
        return fields(owner, id)
                .chain(fields -> write(owner, id, fields, expectedVersion, change, plan))
                .chain(answer -> {
                    if (!Answers.is(answer, "STALE")) {
                        return changed(id, Answers.expect(answer, "OK"));
                    }
                    if (expectedVersion != null || tries <= 1) {
                        throw expectedVersion != null ? Refusals.stale() : Refusals.tooManyChanges();
                    }
                    return update(owner, id, null, change, plan, tries - 1);
                });
    }

    private Uni<Response> write(Owner owner, SessionId id, Response fields, @Nullable Long expectedVersion,
            Function<SessionSettings, SessionSettings> change, NextPlan plan) {
        long version = Answers.number(fields, 2);
        if (expectedVersion != null && expectedVersion != version) {
            throw Refusals.stale();
        }
        ObjectNode stored = Json.read(Answers.text(fields, 1));
        SessionSettings before = SettingsCodec.decode(stored);
        SessionSettings changed = change.apply(before);
        List<String> arguments = new ArrayList<>(
                List.of("=" + owner.name(), Long.toString(version), Long.toString(clock.millis())));
        arguments.addAll(settings(changed, stored, plan.of(before, changed)));
        arguments.add(SettingsCodec.encodeListed(changed));
        return gate.run(Script.SETTINGS, Keys.of(id), arguments);
    }

    private Uni<Session> changed(SessionId id, Response answer) {
        Session session = Answers.session(id, answer.get(2));
        return Answers.flag(answer, 1) ? index.refresh(session).replaceWith(session) : Uni.createFrom().item(session);
    }

    /** Erases the session first, then what names it elsewhere: a session that is there is always found. */
    Uni<Void> erase(Owner owner, SessionId id, @Nullable Long expectedVersion) {
        return erase(owner, id, expectedVersion == null ? "" : expectedVersion.toString(), TRIES);
    }

    private Uni<Void> erase(Owner owner, SessionId id, String version, int tries) {
        return gate.run(Script.ERASE_PLAN, Keys.of(id), List.of("=" + owner.name(), version)).chain(plan -> {
            Answers.expect(plan, "OK");
            List<String> keys = new ArrayList<>(Keys.of(id));
            plan.get(3).forEach(turn -> keys.add(Keys.log(id, turn.toString())));
            List<String> arguments = List.of("=" + owner.name(), version, Answers.text(plan, 1));
            return gate.run(Script.ERASE, keys, arguments).chain(answer -> {
                if (Answers.is(answer, "CHANGED") && tries > 1) {
                    return erase(owner, id, version, tries - 1);
                }
                // Gone since the plan was made: by this call, whose answer was lost, or by another one.
                if (!Answers.is(answer, "NO_SESSION")) {
                    Answers.expect(answer, "OK");
                }
                return index.forgetClaim(owner, Answers.text(plan, 2))
                        .chain(() -> index.remove(owner, List.of(id.value())));
            });
        });
    }

    private Uni<Response> fields(Owner owner, SessionId id) {
        return fieldsIfThere(owner, id).map(fields -> {
            if (fields == null) {
                throw Refusals.noSession();
            }
            return fields;
        });
    }

    private Uni<@Nullable Response> fieldsIfThere(Owner owner, SessionId id) {
        List<String> arguments = new ArrayList<>(List.of(Keys.session(id)));
        arguments.addAll(FIELDS);
        return gate.send(Command.HMGET, arguments)
                .map(fields -> fields != null && owner.name().equals(Answers.textOrNull(fields, 0)) ? fields : null);
    }

    /** The arguments settings, defaults of turns, retention and plan. */
    private static List<String> settings(SessionSettings settings, ObjectNode earlier, @Nullable ReadPlan plan) {
        Duration retention = settings.retention();
        List<String> arguments = new ArrayList<>(List.of(Json.write(SettingsCodec.encode(settings, earlier)),
                TurnCodec.encodeDefaults(settings), retention == null ? "" : Long.toString(Math.max(1, retention.toMillis()))));
        arguments.addAll(plan == null ? Plans.NONE : Plans.arguments(plan));
        return arguments;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis());
    }
}

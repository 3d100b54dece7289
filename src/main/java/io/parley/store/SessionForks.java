package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.session.OwnerLimits;
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
import org.jspecify.annotations.Nullable;

/**
 * Copies sessions. A fork is a whole copy, so the bytes that an owner's forks copy within a minute are limited. All processes
 * count them together.
 */
@ApplicationScoped
class SessionForks {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** The bytes that the keys of an empty session take. */
    private static final long EMPTY = 4096;
    private static final List<String> FIELDS = List.of("owner", "ret", "bytes");
    private final RedisGate gate;
    private final SessionRecords records;
    private final OwnerIndex index;
    private final OwnerLimits limits;
    private final InstantSource clock;

    SessionForks(RedisGate gate, SessionRecords records, OwnerIndex index, OwnerLimits limits, InstantSource clock) {
        this.gate = gate;
        this.records = records;
        this.index = index;
        this.limits = limits;
        this.clock = clock;
    }

    Uni<Stored<Session>> fork(Owner owner, SessionId id, MessageId through, SessionId fork,
            @Nullable IdempotencyKey idempotency) {
        return source(owner, id).chain(source -> charge(owner, source.bytes).chain(wait -> {
            if (wait > 0 && idempotency == null) {
                throw limited(wait);
            }
            Instant now = Instant.ofEpochMilli(clock.millis());
            return index.enter(owner, fork, now, source.retention)
                    .map(entry -> arguments(owner, through, fork, idempotency, entry, wait > 0))
                    .chain(arguments -> gate.run(Script.FORK, keys(id, fork), arguments))
                    .chain(answer -> forked(owner, fork, answer, wait));
        }));
    }

    /** The properties of a session that a fork needs before it copies the session. */
    private record Source(@Nullable Duration retention, long bytes) {}

    private Uni<Source> source(Owner owner, SessionId id) {
        List<String> arguments = new ArrayList<>(List.of(Keys.session(id)));
        arguments.addAll(FIELDS);
        return gate.send(Command.HMGET, arguments).map(fields -> {
            if (fields == null || !owner.name().equals(Answers.textOrNull(fields, 0))) {
                throw Refusals.noSession();
            }
            String retention = Answers.text(fields, 1);
            return new Source(retention.isEmpty() ? null : Duration.ofMillis(Answers.number(fields, 1)),
                    Answers.number(fields, 2));
        });
    }

    /** Counts the bytes for the owner. Returns the milliseconds until the owner may copy more, 0 if this copy is allowed. */
    private Uni<Long> charge(Owner owner, long bytes) {
        List<String> arguments = List.of(Long.toString(bytes + EMPTY), Long.toString(limits.forkBytes().asLongValue()),
                Long.toString(WINDOW.toMillis()));
        return gate.run(Script.OWNER_CHARGE, List.of(Keys.copied(owner)), arguments)
                .map(answer -> Answers.is(answer, "LIMITED") ? Answers.number(answer, 1) : 0);
    }

    private static List<String> keys(SessionId id, SessionId fork) {
        List<String> keys = new ArrayList<>(Keys.of(id));
        keys.addAll(Keys.of(fork));
        return keys;
    }

    /** @param knownOnly whether the script may only return a fork that an earlier request with this key has made */
    private static List<String> arguments(Owner owner, MessageId through, SessionId fork, @Nullable IdempotencyKey idempotency,
            OwnerIndex.Entry entry, boolean knownOnly) {
        return List.of("=" + owner.name(), Long.toString(through.sequence()), Long.toString(entry.created().toEpochMilli()),
                idempotency == null ? "" : idempotency.key(), idempotency == null ? "" : idempotency.fingerprint(),
                fork.value(), entry.until(), knownOnly ? "1" : "");
    }

    private Uni<Stored<Session>> forked(Owner owner, SessionId fork, Response answer, long wait) {
        if (Answers.is(answer, "OK")) {
            return Uni.createFrom().item(new Stored<>(Answers.session(fork, answer.get(1)), false));
        }
        Uni<Void> withdrawn = index.remove(owner, List.of(fork.value()));
        if (Answers.is(answer, "KNOWN")) {
            return withdrawn.chain(() -> records.find(owner, new SessionId(Answers.text(answer, 1))))
                    .map(earlier -> new Stored<>(earlier, true));
        }
        return withdrawn.map(_ -> {
            throw Answers.is(answer, "LIMITED") ? limited(wait) : Refusals.of(answer);
        });
    }

    private static Failure limited(long millis) {
        return new Failure.Unavailable(FailureCode.RATE_LIMITED,
                "The forks of the last minute have copied as much as they may. Try again when this minute is over.",
                Duration.ofMillis(millis), null);
    }
}

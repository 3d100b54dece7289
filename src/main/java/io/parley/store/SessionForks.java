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
 * Copies sessions up to a message. A fork is a whole copy of that part, so the bytes that an owner's forks copy within a minute
 * are limited. All processes count them together.
 */
@ApplicationScoped
class SessionForks {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** The bytes that the keys of an empty session take. */
    private static final long EMPTY = 4096;
    private static final List<String> FIELDS = List.of("owner", "ret");
    private static final String KNOWN = "known";
    private static final String SIZE = "size";
    private static final String SIZE_ANSWER = "SIZE";
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
        Asked asked = new Asked(owner, id, through, fork, idempotency);
        return source(owner, id).chain(source -> charge(asked).chain(wait -> {
            if (wait > 0 && idempotency == null) {
                throw limited(wait);
            }
            Instant now = Instant.ofEpochMilli(clock.millis());
            return index.enter(owner, fork, now, source.retention)
                    .chain(entry -> run(asked, entry.created(), entry.until(), wait > 0 ? KNOWN : ""))
                    .chain(answer -> forked(owner, fork, answer, wait));
        }));
    }

    private record Asked(Owner owner, SessionId id, MessageId through, SessionId fork, @Nullable IdempotencyKey idempotency) {}

    /** The property of a session that a fork needs: how long the fork is kept; null if for ever. */
    private record Source(@Nullable Duration retention) {}

    private Uni<Source> source(Owner owner, SessionId id) {
        List<String> arguments = new ArrayList<>(List.of(Keys.session(id)));
        arguments.addAll(FIELDS);
        return gate.send(Command.HMGET, arguments).map(fields -> {
            if (fields == null || !owner.name().equals(Answers.textOrNull(fields, 0))) {
                throw Refusals.noSession();
            }
            String retention = Answers.text(fields, 1);
            return new Source(retention.isEmpty() ? null : Duration.ofMillis(Answers.number(fields, 1)));
        });
    }

    /**
     * Counts the bytes for the owner. Returns the milliseconds until the owner may copy more, 0 if this copy is allowed. Parley
     * refuses an owner at the limit before it computes how much the fork copies, because computing takes work too.
     */
    private Uni<Long> charge(Asked asked) {
        return charge(asked.owner, EMPTY, 0).chain(wait -> wait > 0 ? Uni.createFrom().item(wait)
                : run(asked, clock.instant(), "", SIZE).chain(answer -> Answers.is(answer, SIZE_ANSWER)
                        ? charge(asked.owner, Answers.number(answer, 1), EMPTY)
                        // The fork exists already or cannot be made. The script reports that when it is asked for the fork.
                        : Uni.createFrom().item(0L)));
    }

    private Uni<Long> charge(Owner owner, long bytes, long before) {
        List<String> arguments = List.of(Long.toString(bytes), Long.toString(limits.forkBytes().asLongValue()),
                Long.toString(WINDOW.toMillis()), Long.toString(before));
        return gate.run(Script.OWNER_CHARGE, List.of(Keys.copied(owner)), arguments)
                .map(answer -> Answers.is(answer, "LIMITED") ? Answers.number(answer, 1) : 0);
    }

    private static List<String> keys(SessionId id, SessionId fork) {
        List<String> keys = new ArrayList<>(Keys.of(id));
        keys.addAll(Keys.of(fork));
        return keys;
    }

    /**
     * Runs the script.
     *
     * @param until until when the owner's index keeps the fork
     * @param what the wanted answer of the script, see there
     */
    private Uni<Response> run(Asked asked, Instant created, String until, String what) {
        IdempotencyKey key = asked.idempotency;
        return gate.run(Script.FORK, keys(asked.id, asked.fork), List.of("=" + asked.owner.name(),
                Long.toString(asked.through.sequence()), Long.toString(created.toEpochMilli()), key == null ? "" : key.key(),
                key == null ? "" : key.fingerprint(), asked.fork.value(), until, what));
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

package io.parley.store;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions an owner has: a sorted set by time of creation. It stands on another node than the sessions and so is only
 * an index: an entry is written before its session and dropped, on listing, when the session is gone. It outlives the
 * sessions in it; a session notes until when, and is entered anew before that.
 */
@ApplicationScoped
class OwnerIndex {
    private static final Duration KEEP_KEY = Duration.ofHours(24);
    private static final Duration LEAST_SLACK = Duration.ofDays(1);
    private static final String FOR_EVER = "always";
    private final RedisGate gate;
    private final InstantSource clock;

    OwnerIndex(RedisGate gate, InstantSource clock) {
        this.gate = gate;
        this.clock = clock;
    }

    /** Enters a session; one that has been entered before keeps its place. */
    Uni<Entry> enter(Owner owner, SessionId id, Instant created, @Nullable Duration retention) {
        Duration life = retention == null ? null
                : retention.plus(retention.compareTo(LEAST_SLACK) > 0 ? retention : LEAST_SLACK);
        String until = life == null ? FOR_EVER : Long.toString(clock.millis() + life.toMillis());
        List<String> arguments = List.of(Long.toString(created.toEpochMilli()), id.value(),
                life == null ? "" : Long.toString(life.toMillis()));
        return gate.run(Script.OWNER_ADD, List.of(Keys.owner(owner)), arguments).map(answer -> new Entry(
                Instant.ofEpochMilli(Answers.number(Answers.expect(answer, "OK"), 1)), until));
    }

    /** Enters a session anew because it would outlive its entry. */
    Uni<Void> refresh(Session session) {
        return enter(session.owner(), session.id(), session.createdAt(), session.settings().retention())
                .chain(entry -> gate.run(
                        new FieldsWrite(session.id(), "owner", session.owner().name(), List.of("own", entry.until()))))
                .replaceWithVoid();
    }

    Uni<Void> remove(Owner owner, List<String> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<String> arguments = new ArrayList<>(List.of(Keys.owner(owner)));
        arguments.addAll(ids);
        return gate.send(Command.ZREM, arguments).replaceWithVoid();
    }

    /** The session that a key for creating one stands for: {@code fresh} if the key is new. */
    Uni<SessionId> claim(Owner owner, SessionId fresh, @Nullable IdempotencyKey key) {
        if (key == null) {
            return Uni.createFrom().item(fresh);
        }
        List<String> arguments = List.of(key.fingerprint(), fresh.value(), Long.toString(KEEP_KEY.toMillis()));
        return gate.run(Script.OWNER_CLAIM, List.of(Keys.idempotency(owner, key.key())), arguments)
                .map(answer -> new SessionId(Answers.text(Answers.expect(answer, "OK"), 1)));
    }

    Uni<Void> forgetClaim(Owner owner, String key) {
        if (key.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return gate.send(Command.DEL, List.of(Keys.idempotency(owner, key))).replaceWithVoid();
    }

    /**
     * Entries beyond a place, nearest first.
     *
     * @param newer whether upwards
     * @param from null for the end of the index
     */
    Uni<List<Cursors.Place>> beyond(Owner owner, boolean newer, Cursors.@Nullable Place from, int count) {
        return beyond(owner, newer, from, count, 0);
    }

    private Uni<List<Cursors.Place>> beyond(Owner owner, boolean newer, Cursors.@Nullable Place from, int count, int skip) {
        String start = from == null ? (newer ? "-inf" : "+inf") : Long.toString(from.created());
        List<String> arguments = List.of(Keys.owner(owner), start, newer ? "+inf" : "-inf", "WITHSCORES", "LIMIT",
                Integer.toString(skip), Integer.toString(count));
        return gate.send(newer ? Command.ZRANGEBYSCORE : Command.ZREVRANGEBYSCORE, arguments).chain(answer -> {
            List<Cursors.Place> read = places(answer);
            List<Cursors.Place> beyond = read.stream()
                    .filter(place -> from == null || (newer ? place.compareTo(from) > 0 : place.compareTo(from) < 0))
                    .toList();
            // Many sessions of the same millisecond: go on behind those that were read.
            return beyond.isEmpty() && read.size() == count ? beyond(owner, newer, from, count, skip + count)
                    : Uni.createFrom().item(beyond);
        });
    }

    private static List<Cursors.Place> places(@Nullable Response answer) {
        List<Cursors.Place> places = new ArrayList<>();
        if (answer == null) {
            return places;
        }
        for (int i = 0; i < answer.size(); i++) {
            Response item = answer.get(i);
            if (item.type() == ResponseType.MULTI) {
                places.add(new Cursors.Place((long) Double.parseDouble(Answers.text(item, 1)), Answers.text(item, 0)));
            } else {
                places.add(new Cursors.Place((long) Double.parseDouble(Answers.text(answer, i + 1)), Answers.text(answer, i)));
                i++;
            }
        }
        return places;
    }

    /**
     * How a session stands in the index.
     *
     * @param created its place, which must also be the session's time of creation
     * @param until when it is no longer sure to be found, as the session notes it
     */
    record Entry(Instant created, String until) {}
}

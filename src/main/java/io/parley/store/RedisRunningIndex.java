package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.turn.RunningIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The turns that run, in one sorted set for all sessions: {@code parley:running}. */
@ApplicationScoped
public class RedisRunningIndex implements RunningIndex {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final String KEY = "parley:running";
    private final RedisGate gate;
    private final LeaseTimes times;

    RedisRunningIndex(RedisGate gate, LeaseTimes times) {
        this.gate = gate;
        this.times = times;
    }

    @Override
    public Uni<Void> change(Collection<Entry> begun, Collection<Entry> over) {
        return enter(begun).chain(() -> remove(over));
    }

    private Uni<Void> enter(Collection<Entry> begun) {
        if (begun.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<String> arguments = new ArrayList<>(List.of(KEY, "NX"));
        begun.forEach(entry -> arguments.addAll(List.of("0", name(entry))));
        return gate.send(Command.ZADD, arguments).replaceWithVoid();
    }

    private Uni<Void> remove(Collection<Entry> over) {
        if (over.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<String> arguments = new ArrayList<>(List.of(KEY));
        over.forEach(entry -> arguments.add(name(entry)));
        return gate.send(Command.ZREM, arguments).replaceWithVoid();
    }

    @Override
    public Uni<List<Entry>> due(int most) {
        List<String> arguments = List.of(Integer.toString(most), Long.toString(times.betweenLooks().toMillis()),
                Long.toString(LIFE.toMillis()));
        return gate.run(Script.RUNNING_DUE, List.of(KEY), arguments).map(answer -> {
            List<Entry> due = new ArrayList<>();
            Answers.expect(answer, "OK").get(1).forEach(name -> due.add(entry(name.toString())));
            return due;
        });
    }

    private static String name(Entry entry) {
        return entry.session().value() + " " + entry.turn().value();
    }

    private static Entry entry(String name) {
        int space = name.indexOf(' ');
        return new Entry(new SessionId(name.substring(0, space)), new TurnId(name.substring(space + 1)));
    }
}

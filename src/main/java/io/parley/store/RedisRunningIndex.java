package io.parley.store;

import io.parley.stream.LeaseTimes;
import io.parley.turn.RunningIndex;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The turns that run, in sorted sets: {@code parley:{r:0}} to {@code parley:{r:63}}. Each turn has its place in one of them, so
 * that no node of a cluster is told of all turns.
 */
@ApplicationScoped
public class RedisRunningIndex implements RunningIndex {
    private static final Duration LIFE = Duration.ofDays(1);
    private static final int PARTS = 64;
    /** An earlier version had all turns in this set. Some may still stand there. */
    private static final String FORMER = "parley:running";
    private final RedisGate gate;
    private final LeaseTimes times;
    private volatile boolean formerIsEmpty;
    private volatile int next;

    RedisRunningIndex(RedisGate gate, LeaseTimes times) {
        this.gate = gate;
        this.times = times;
    }

    @Override
    public Uni<Void> change(Collection<Entry> begun, Collection<Entry> over) {
        List<Uni<@Nullable Response>> commands = new ArrayList<>();
        byPart(begun).forEach((part, names) -> commands.add(gate.send(Command.ZADD, enter(part, names))));
        byPart(over).forEach((part, names) -> commands.add(gate.send(Command.ZREM, arguments(part, names))));
        if (!formerIsEmpty && !over.isEmpty()) {
            commands.add(gate.send(Command.ZREM, arguments(FORMER, over.stream().map(RunningDue::name).toList())));
        }
        return commands.isEmpty() ? Uni.createFrom().voidItem()
                : Uni.join().all(commands).andCollectFailures().replaceWithVoid();
    }

    private static Map<String, List<String>> byPart(Collection<Entry> entries) {
        Map<String, List<String>> parts = new TreeMap<>();
        for (Entry entry : entries) {
            parts.computeIfAbsent(part(Math.floorMod(entry.turn().value().hashCode(), PARTS)), _ -> new ArrayList<>())
                    .add(RunningDue.name(entry));
        }
        return parts;
    }

    private static String part(int number) {
        return "parley:{r:" + number + "}";
    }

    private static List<String> enter(String part, List<String> names) {
        List<String> arguments = new ArrayList<>(List.of(part, "NX"));
        names.forEach(name -> arguments.addAll(List.of("0", name)));
        return arguments;
    }

    private static List<String> arguments(String part, List<String> names) {
        List<String> arguments = new ArrayList<>(List.of(part));
        arguments.addAll(names);
        return arguments;
    }

    @Override
    public Uni<List<Entry>> due(int most) {
        return former(most).chain(found -> look(found, most, PARTS));
    }

    private Uni<List<Entry>> former(int most) {
        if (formerIsEmpty) {
            return Uni.createFrom().item(List.of());
        }
        return gate.run(call(FORMER, most)).invoke(answer -> formerIsEmpty = answer.empty()).map(RunningDue.Answer::due);
    }

    /** Asks one part after the other, from the part on at which the call before ended, until enough turns are due. */
    private Uni<List<Entry>> look(List<Entry> found, int most, int left) {
        int wanted = most - found.size();
        if (wanted <= 0 || left == 0) {
            return Uni.createFrom().item(found);
        }
        int part = next;
        return gate.run(call(part(part), wanted)).chain(answer -> {
            // A part that has given as many as were wanted may have more.
            next = answer.due().size() < wanted ? (part + 1) % PARTS : part;
            List<Entry> all = new ArrayList<>(found);
            all.addAll(answer.due());
            return look(all, most, left - 1);
        });
    }

    private RunningDue call(String key, int most) {
        return new RunningDue(key, most, times.betweenLooks(), LIFE);
    }
}

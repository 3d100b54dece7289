package io.parley.endtoend.chaos;

import io.parley.testing.RedisServer;
import io.parley.testing.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Gateways, a Redis that never forgets what it has acknowledged, and a provider. */
final class Cluster implements AutoCloseable {
    private static final int MOST_TOUCHED = 100;
    private final RedisServer redis = RedisServer.create();
    private final EchoProvider provider = new EchoProvider();
    private final List<Replica> replicas;

    Cluster(int gateways) {
        Map<String, String> settings = Timing.soon(Map.of("parley.providers.openai.base-url", provider.url(),
                "parley.providers.openai.api-key", "sk-test", "parley.turns.disconnect-grace", "1S",
                "parley.upstream.backoff", "0.1S"));
        replicas = IntStream.range(0, gateways).mapToObj(i -> new Replica("g" + i, redis.port(), settings)).toList();
        replicas.parallelStream().forEach(Replica::start);
    }

    RedisServer redis() {
        return redis;
    }

    EchoProvider provider() {
        return provider;
    }

    List<Replica> replicas() {
        return replicas;
    }

    /** A replica at random, whether it is well or not. */
    Replica.Running any(RandomGenerator random) {
        return replicas.get(random.nextInt(replicas.size())).running();
    }

    /** Every key of a session in Redis, and the milliseconds that it still lives: -1 for ever. */
    List<Lifetime> lifetimes() {
        String answer = redis.command("EVAL \"local all = {} for _, key in ipairs(redis.call('KEYS', 'parley:{*}:*')) do "
                + "all[#all + 1] = key .. '=' .. redis.call('PTTL', key) end return {ok = table.concat(all, ' ')}\" 0");
        List<Lifetime> found = new ArrayList<>();
        for (String pair : answer.substring(1).split(" ")) {
            int equals = pair.lastIndexOf('=');
            found.add(new Lifetime(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1))));
        }
        return found;
    }

    /** How long a key lives. */
    record Lifetime(String key, long millis) {}

    /** Waits until no turn of these sessions runs any more; whoever looks settles those whose process has died. */
    boolean isSettled(List<String> sessions) {
        return sessions.stream()
                .allMatch(session -> History.list(client(), session, "/turns?state=running&limit=" + MOST_TOUCHED)
                        .stream().allMatch(turn -> !touch(session, turn.get("id").asText()).equals("running")));
    }

    private String touch(String session, String turn) {
        return client().send("GET", "/sessions/" + session + "/turns/" + turn, null).at("/state");
    }

    io.parley.testing.ChatClient client() {
        return replicas.getLast().running().client();
    }

    @Override
    public void close() {
        replicas.parallelStream().forEach(Replica::close);
        provider.close();
        redis.close();
    }
}

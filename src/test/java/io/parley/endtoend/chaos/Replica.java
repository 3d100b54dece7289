package io.parley.endtoend.chaos;

import io.parley.testing.ChatClient;
import io.parley.testing.FaultProxy;
import io.parley.testing.Gateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** One of the gateways: a process that is killed and started again, and its own way to Redis. */
final class Replica implements AutoCloseable {
    private final String name;
    private final FaultProxy way;
    private final Map<String, String> settings;
    private final List<Gateway> all = new ArrayList<>();
    private volatile Running running;

    /**
     * A process and who talks to it.
     *
     * @param name of this one process
     */
    record Running(String name, Gateway gateway, ChatClient client) {}

    Replica(String name, int redisPort, Map<String, String> settings) {
        this.name = name;
        this.way = FaultProxy.to(redisPort);
        this.settings = new TreeMap<>(settings);
        this.settings.put("quarkus.redis.hosts", way.url());
    }

    /** Starts a process in the place of the last one, and waits until it serves. */
    synchronized void start() {
        Gateway gateway = Gateway.start(settings);
        all.add(gateway);
        running = new Running(name + "." + all.size(), gateway, gateway.client());
    }

    /** The process that runs, or ran last. */
    Running running() {
        return running;
    }

    /** Its way to Redis. */
    FaultProxy way() {
        return way;
    }

    String name() {
        return name;
    }

    /** Names of its processes that have ended. */
    synchronized List<String> ended() {
        return IntStream.range(1, all.size()).mapToObj(number -> name + "." + number).toList();
    }

    /** What all its processes have printed. */
    String output() {
        return String.join("\n", all.stream().map(Gateway::output).toList());
    }

    @Override
    public void close() {
        way.mend();
        all.forEach(Gateway::close);
        way.close();
    }
}

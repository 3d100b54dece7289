package io.parley.benchmark;

import io.parley.testing.RedisServer;
import java.util.function.ToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Redis says that it has done since it was started.
 *
 * @param cpuMicros CPU time of all its threads
 * @param commandMicros time between the beginning and the end of the commands of clients, scripts with all that they call
 * @param innerCalls commands that scripts have called
 * @param bytes that it has read and written on its connections
 */
record RedisWork(double cpuMicros, double commandMicros, double innerCalls, double bytes) {
    static final RedisWork NONE = new RedisWork(0, 0, 0, 0);
    private static final Pattern COMMAND = Pattern.compile("cmdstat_(\\S+?):calls=(\\d+),usec=(\\d+)");
    /** The commands that clients send in the benchmark, and those that ask for these figures. */
    private static final Pattern OF_CLIENTS = Pattern.compile("evalsha|eval|zadd|zrem");
    private static final Pattern OF_OBSERVERS = Pattern.compile("info|ping|config.*|hello|client.*|subscribe");

    static RedisWork of(RedisServer redis) {
        String commands = redis.info("commandstats");
        String stats = redis.info("stats");
        String cpu = redis.info("cpu");
        return new RedisWork(1e6 * (value(cpu, "used_cpu_user") + value(cpu, "used_cpu_sys")),
                sum(commands, OF_CLIENTS, true, found -> Double.parseDouble(found.group(3))),
                sum(commands, Pattern.compile(OF_CLIENTS + "|" + OF_OBSERVERS), false,
                        found -> Double.parseDouble(found.group(2))),
                value(stats, "total_net_input_bytes") + value(stats, "total_net_output_bytes"));
    }

    RedisWork minus(RedisWork other) {
        return new RedisWork(cpuMicros - other.cpuMicros, commandMicros - other.commandMicros, innerCalls - other.innerCalls,
                bytes - other.bytes);
    }

    RedisWork plus(RedisWork other) {
        return new RedisWork(cpuMicros + other.cpuMicros, commandMicros + other.commandMicros, innerCalls + other.innerCalls,
                bytes + other.bytes);
    }

    private static double sum(String commands, Pattern names, boolean matching, ToDoubleFunction<MatchResult> figure) {
        Stream<MatchResult> found = COMMAND.matcher(commands).results();
        return found.filter(each -> names.matcher(each.group(1)).matches() == matching).mapToDouble(figure).sum();
    }

    private static double value(String info, String name) {
        return Pattern.compile("^" + name + ":([\\d.]+)", Pattern.MULTILINE).matcher(info).results()
                .mapToDouble(found -> Double.parseDouble(found.group(1))).findFirst().orElseThrow();
    }
}

package io.parley.benchmark;

import io.parley.testing.RedisServer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Redis has used and counted since it was started.
 *
 * @param scripts how many scripts it has run: all that changes or reads a session is one
 * @param bytes that it has read and written on its connections
 */
record RedisCount(double cpuSeconds, long scripts, long bytes) {
    static final RedisCount NONE = new RedisCount(0, 0, 0);

    static RedisCount of(RedisServer redis) {
        String stats = redis.info("stats");
        return new RedisCount(Usage.of(List.of(redis.handle())).cpuSeconds(),
                value(redis.info("commandstats"), "cmdstat_evalsha:calls=(\\d+)"),
                value(stats, "total_net_input_bytes:(\\d+)") + value(stats, "total_net_output_bytes:(\\d+)"));
    }

    RedisCount minus(RedisCount before) {
        return new RedisCount(cpuSeconds - before.cpuSeconds, scripts - before.scripts, bytes - before.bytes);
    }

    private static long value(String info, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(info);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}

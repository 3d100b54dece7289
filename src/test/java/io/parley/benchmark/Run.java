package io.parley.benchmark;

/**
 * What one run of a load has come to.
 *
 * @param service what the service, or nginx, has used in it; nothing where clients talk to the provider directly
 * @param redis what Redis has used and counted in it
 * @param jvm the work of the JVM of the service in it; nothing where the service has no part in it
 */
record Run(Tally tally, double seconds, double service, RedisCount redis, JvmCount jvm) {

    /** CPU seconds of the service for a million tokens. */
    double perMillion() {
        return service / tally.tokens * 1e6;
    }

    double redisPerMillion() {
        return redis.cpuSeconds() / tally.tokens * 1e6;
    }

    /** CPU milliseconds of the service for one request. */
    double perRequest() {
        return service / tally.replies * 1e3;
    }

    double redisPerRequest() {
        return redis.cpuSeconds() / tally.replies * 1e3;
    }

    double allocatedPerToken() {
        return jvm.allocatedBytes() / tally.tokens;
    }

    double allocatedPerRequest() {
        return jvm.allocatedBytes() / tally.replies;
    }

    /** The share of the compiler in the CPU time of the service, in percent. */
    double compilerShare() {
        return 100 * jvm.compilerSeconds() / service;
    }
}

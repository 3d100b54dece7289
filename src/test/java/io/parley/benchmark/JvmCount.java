package io.parley.benchmark;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The work that a JVM has done since it was started.
 *
 * @param compilerSeconds CPU time of the compiler
 * @param allocatedBytes of all threads that live
 * @param compiled how many compiled methods there are
 */
record JvmCount(double compilerSeconds, double allocatedBytes, long compiled) {
    static final JvmCount NONE = new JvmCount(0, 0, 0);
    private static final Pattern THREAD = Pattern.compile("\"(.+?)\" .*cpu=([0-9.]+)ms .*allocated=([0-9.]+)([BKMG])");
    private static final Pattern METHODS = Pattern.compile("nmethods=(\\d+)");
    private static final Map<String, Double> UNITS = Map.of("B", 1.0, "K", 1024.0, "M", 1024.0 * 1024, "G",
            1024.0 * 1024 * 1024);

    static JvmCount of(long pid) {
        double compiler = 0;
        double allocated = 0;
        for (MatchResult thread : THREAD.matcher(Jcmd.ask(pid, "Thread.print", "-e")).results().toList()) {
            compiler += thread.group(1).contains("CompilerThread") ? Double.parseDouble(thread.group(2)) / 1e3 : 0;
            allocated += Double.parseDouble(thread.group(3)) * UNITS.get(thread.group(4));
        }
        return new JvmCount(compiler, allocated, methods(Jcmd.ask(pid, "Compiler.codecache")));
    }

    static JvmCount ofThisProcess() {
        return of(ProcessHandle.current().pid());
    }

    private static long methods(String codeCache) {
        return METHODS.matcher(codeCache).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    JvmCount minus(JvmCount before) {
        return new JvmCount(compilerSeconds - before.compilerSeconds, allocatedBytes - before.allocatedBytes,
                compiled - before.compiled);
    }
}

package io.parley.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What processes have used, as the operating system counts it (Linux).
 *
 * @param cpuSeconds user and system time, in steps of 10 ms
 * @param residentKib memory in RAM
 */
record Usage(double cpuSeconds, long residentKib) {
    private static final double TICKS = 100;

    /** Of these processes and their children together, those that have ended among them. */
    static Usage of(List<ProcessHandle> processes) {
        List<Long> pids = processes.stream().flatMap(each -> Stream.concat(Stream.of(each), each.descendants()))
                .map(ProcessHandle::pid).toList();
        return new Usage(pids.stream().mapToDouble(Usage::cpu).sum(), pids.stream().mapToLong(Usage::resident).sum());
    }

    private static double cpu(long pid) {
        String stat = read(pid, "stat");
        // The name of the process, in brackets, may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = 11; field <= 14; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS;
    }

    private static long resident(long pid) {
        return read(pid, "status").lines().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    private static String read(long pid, String what) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), what));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

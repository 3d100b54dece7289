package io.parley.turn;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;

/**
 * Takes the time at the seams of a turn, and the CPU time of the thread that passes them. It follows a single turn at a time,
 * and
 * only where a profile puts it into the application.
 */
public final class TurnStopwatch {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long[] TIMES = new long[Moment.values().length];
    private static final long[] CPU = new long[Moment.values().length];
    private static long thread;
    private static boolean moved;

    private TurnStopwatch() {
    }

    /** The moments that a turn passes, in their usual order. */
    public enum Moment {
        /** The client has sent its request. */
        SENT,
        /** The first handler of the service has the request. */
        ACCEPTED,
        /** The request is read, and the turn is asked for. */
        READ,
        /** The request is checked, and the store is asked to open the turn. */
        CHECKED,
        /** The store has answered. */
        OPENED,
        /** The context is chosen, and the model is called. */
        CHOSEN,
        /** The provider has the request. */
        ASKED,
        /** The first event of the reply is read. */
        ANSWERED,
        /** The client has the first token. */
        HEARD,
        /** The reply is whole, and the store is asked to commit it. */
        FINISHED,
        /** The store has answered. */
        COMMITTED,
        /** The last event has been written. */
        ENDED,
        /** The client has the last event. */
        DONE
    }

    /** Forgets the last turn. */
    static synchronized void reset() {
        Arrays.fill(TIMES, 0);
        thread = 0;
        moved = false;
    }

    /** Takes the first time that a moment comes. */
    public static synchronized void at(Moment moment) {
        if (TIMES[moment.ordinal()] == 0) {
            TIMES[moment.ordinal()] = System.nanoTime();
            if (isInService(moment)) {
                CPU[moment.ordinal()] = THREADS.getCurrentThreadCpuTime();
                checkThread();
            }
        }
    }

    /** The others come in the client or in the provider. */
    static boolean isInService(Moment moment) {
        return switch (moment) {
            case SENT, ASKED, HEARD, DONE -> false;
            default -> true;
        };
    }

    /** A single event loop does all work of a turn once all classes are loaded; otherwise its CPU times say nothing. */
    private static void checkThread() {
        long current = Thread.currentThread().threadId();
        moved |= thread != 0 && thread != current;
        thread = current;
    }

    /** Whether the turn went on in another thread than it was accepted in. */
    static synchronized boolean hasMoved() {
        return moved;
    }

    static synchronized long time(Moment moment) {
        return TIMES[moment.ordinal()];
    }

    static synchronized long cpu(Moment moment) {
        return CPU[moment.ordinal()];
    }

    /** Before and after a call. */
    public record Seam(Moment before, Moment after) {}

    /** Puts seams, by the names of methods, around a port whose answers are a {@code Uni} or a {@code Multi}. */
    public static <T> T around(Class<T> port, T real, Map<String, Seam> seams) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] { port }, (_, method, arguments) -> {
            Seam seam = seams.get(method.getName());
            if (seam != null) {
                at(seam.before());
            }
            try {
                Object answer = method.invoke(real, arguments);
                return seam == null ? answer : timed(answer, seam.after());
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static Object timed(Object answer, Moment after) {
        return switch (answer) {
            case Uni<?> uni -> uni.invoke(() -> at(after));
            case Multi<?> multi -> multi.invoke(() -> at(after));
            default -> answer;
        };
    }
}

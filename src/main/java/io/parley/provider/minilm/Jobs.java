package io.parley.provider.minilm;

import io.parley.provider.Embeddings.Purpose;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits for the encoder. Safe to use from any thread. */
final class Jobs {
    /** Most texts of each purpose that wait: a backfill does not keep queries out. */
    static final int MOST_TEXTS = 1024;

    private final Map<Purpose, Deque<Job>> waiting = new EnumMap<>(
            Map.of(Purpose.QUERY, new ArrayDeque<>(), Purpose.PASSAGE, new ArrayDeque<>()));
    private boolean closed;

    /** Takes a job unless too much waits already. */
    synchronized boolean offer(Job job) {
        Deque<Job> alike = of(job.purpose());
        int texts = alike.stream().mapToInt(Job::size).sum() + job.size();
        if (closed || texts > MOST_TEXTS) {
            return false;
        }
        alike.add(job);
        notifyAll();
        return true;
    }

    /** The job to go on with, which stays where it is; waits for one; null once closed. */
    synchronized @Nullable Job next() throws InterruptedException {
        while (!closed && first() == null) {
            wait();
        }
        return closed ? null : first();
    }

    private @Nullable Job first() {
        Job query = of(Purpose.QUERY).peek();
        return query != null ? query : of(Purpose.PASSAGE).peek();
    }

    /** Forgets a job, whether it is done, has failed or is not wanted any more. */
    synchronized void remove(Job job) {
        of(job.purpose()).remove(job);
    }

    /** Takes no more, and gives back what waits. */
    synchronized List<Job> close() {
        closed = true;
        notifyAll();
        List<Job> left = new ArrayList<>(of(Purpose.QUERY));
        left.addAll(of(Purpose.PASSAGE));
        waiting.values().forEach(Deque::clear);
        return left;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private Deque<Job> of(Purpose purpose) {
        Deque<Job> alike = waiting.get(purpose);
        if (alike == null) {
            throw new AssertionError("every purpose has one");
        }
        return alike;
    }
}

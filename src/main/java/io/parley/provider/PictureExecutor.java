package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.HeapShare;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Decodes pictures on threads of its own, because a picture takes some tenths of a second and much memory, and the shared
 * workers must serve other requests. Work waits while all threads are busy. The executor refuses work while too much waits.
 */
final class PictureExecutor {
    /** The most requests that wait for their pictures. At a second each, two threads need half a minute for them. */
    static final int MOST_WAITING = 64;
    /** Two threads decode pictures if the heap's share has room for two pictures, else one thread does. */
    private static final int THREADS = HeapShare.bytes() < 2 * PictureFile.MOST_DECODED ? 1 : 2;
    private static final Duration UNUSED = Duration.ofSeconds(30);
    private static final Duration WAIT_WHEN_FULL = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;

    PictureExecutor() {
        this(THREADS, MOST_WAITING);
    }

    /** Creates an executor with this number of threads and this number of places for waiting requests. */
    PictureExecutor(int threads, int waiting) {
        this.threads = new ThreadPoolExecutor(threads, threads, UNUSED.toMillis(), TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(waiting), Thread.ofPlatform().daemon().name("parley-pictures-", 0).factory());
        this.threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs work on one of the threads.
     *
     * @return completes on that thread; fails with what the work throws, also with an {@code Error}; fails with
     *         {@link Failure.Unavailable} if too much work waits
     */
    Uni<Void> run(Runnable work) {
        return Uni.createFrom().emitter(done -> {
            try {
                threads.execute(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (Throwable failure) {
                        // A decoder may run out of memory. The request must end then, or its turn waits for its deadline.
                        done.fail(failure);
                    }
                });
            } catch (RejectedExecutionException _) {
                done.fail(new Failure.Unavailable(FailureCode.OVERLOADED,
                        "Too many requests wait for their pictures to be made smaller. Try again.", WAIT_WHEN_FULL, null));
            }
        });
    }

    /** Ends the threads and drops the waiting work. */
    void close() {
        threads.shutdownNow();
    }
}

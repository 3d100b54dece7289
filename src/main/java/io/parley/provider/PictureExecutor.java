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
 * The threads that decode pictures. They are of its own, because a picture takes some tenths of a second and much memory, and
 * the shared workers have other requests to serve. What comes while all are busy waits; what comes while too much waits is
 * refused.
 */
final class PictureExecutor {
    /** Requests that wait for their pictures: at a second each the last one waits for half a minute. */
    static final int MOST_WAITING = 64;
    /** Pictures are decoded two at a time where the heap's share has room for both, else one at a time. */
    private static final int THREADS = HeapShare.bytes() < 2 * PictureFile.MOST_DECODED ? 1 : 2;
    private static final Duration UNUSED = Duration.ofSeconds(30);
    private static final Duration WAIT_WHEN_FULL = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;

    PictureExecutor() {
        this(THREADS, MOST_WAITING);
    }

    /** With so many threads, for which so many requests wait. */
    PictureExecutor(int threads, int waiting) {
        this.threads = new ThreadPoolExecutor(threads, threads, UNUSED.toMillis(), TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(waiting), Thread.ofPlatform().daemon().name("parley-pictures-", 0).factory());
        this.threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Does some work on one of the threads.
     *
     * @return done on that thread; fails with {@link Failure.Unavailable} if too much waits
     */
    Uni<Void> run(Runnable work) {
        return Uni.createFrom().emitter(done -> {
            try {
                threads.execute(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (RuntimeException failure) {
                        done.fail(failure);
                    }
                });
            } catch (RejectedExecutionException _) {
                done.fail(new Failure.Unavailable(FailureCode.OVERLOADED,
                        "Too many requests wait for their pictures to be made smaller. Try again.", WAIT_WHEN_FULL, null));
            }
        });
    }

    /** Ends the threads; what waits is dropped. */
    void close() {
        threads.shutdownNow();
    }
}

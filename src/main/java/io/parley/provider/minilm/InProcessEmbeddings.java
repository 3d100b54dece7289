package io.parley.provider.minilm;

import io.parley.conversation.Cut;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.ErrorClass;
import io.parley.provider.minilm.Encoder.Loading;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs an encoder on one thread, which is started, and loads it, when it is first used. Text goes by text, and queries go
 * before passages: a query waits for one text of a backfill at most.
 */
final class InProcessEmbeddings implements Embeddings, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InProcessEmbeddings.class);
    /** So long nobody tries again to load what could not be loaded. */
    static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
    /** More than the encoder looks at, and so little that {@link Jobs#MOST_TEXTS} of them are no burden. */
    private static final int MOST_CHARACTERS = 16_000;

    private final String space;
    private final Loading loading;
    private final InstantSource clock;
    private final Jobs jobs = new Jobs();
    private volatile @Nullable Encoder loaded;
    private @Nullable Instant failedAt;
    private @Nullable Thread thread;

    InProcessEmbeddings(String space, Loading loading, InstantSource clock) {
        this.space = space;
        this.loading = loading;
        this.clock = clock;
    }

    @Override
    public String space() {
        return space;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public boolean isReady() {
        return loaded != null;
    }

    @Override
    public Uni<Void> warmUp() {
        return Uni.createFrom().deferred(
                () -> isReady() ? Uni.createFrom().voidItem() : embed(List.of(), Purpose.QUERY).replaceWithVoid());
    }

    @Override
    public Uni<Embedded> embed(List<String> texts, Purpose purpose) {
        List<String> beginnings = texts.stream().map(text -> Cut.beginning(text, MOST_CHARACTERS)).toList();
        return Uni.createFrom().emitter(out -> {
            Job job = new Job(beginnings, purpose, out);
            out.onTermination(() -> jobs.remove(job));
            if (jobs.offer(job)) {
                startOnce();
            } else {
                out.fail(jobs.isClosed() ? stopping() : tooMuch());
            }
        });
    }

    private synchronized void startOnce() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("parley-embeddings").start(this::work);
        }
    }

    private void work() {
        try {
            for (Job job = jobs.next(); job != null; job = jobs.next()) {
                goOnWith(job);
            }
        } catch (InterruptedException e) {
            // Nobody does that; if somebody does, it can only mean to stop.
            close();
        }
        Encoder encoder = loaded;
        if (encoder != null) {
            encoder.close();
        }
    }

    private void goOnWith(Job job) {
        Encoder encoder = loaded != null ? loaded : load();
        if (encoder == null) {
            jobs.remove(job);
            job.fail(notLoaded());
            return;
        }
        try {
            if (job.advance(encoder)) {
                jobs.remove(job);
                job.complete();
            }
        } catch (RuntimeException e) {
            LOG.warn("The embedding model failed.", e);
            jobs.remove(job);
            job.fail(ErrorClass.SERVER_ERROR.failure());
        }
    }

    private @Nullable Encoder load() {
        if (failedAt != null && clock.instant().isBefore(failedAt.plus(PAUSE_AFTER_FAILURE))) {
            return null;
        }
        try {
            long started = System.nanoTime();
            loaded = loading.load();
            LOG.infof("Loaded the embedding model %s in %d ms.", space, (System.nanoTime() - started) / 1_000_000);
        } catch (Exception | LinkageError e) {
            failedAt = clock.instant();
            LOG.warnf("The embedding model %s cannot be loaded. The next attempt is in %s. The cause: %s", space,
                    PAUSE_AFTER_FAILURE, e);
        }
        return loaded;
    }

    private static Failure notLoaded() {
        return new Failure.Unavailable(FailureCode.PROVIDER_ERROR,
                "The embedding model of this process cannot be loaded. The log of the process names the cause.",
                PAUSE_AFTER_FAILURE, null);
    }

    private static Failure tooMuch() {
        return new Failure.Unavailable(FailureCode.OVERLOADED, "Too many texts wait for the embedding model. Try again.",
                Duration.ofSeconds(1), null);
    }

    private static Failure stopping() {
        return new Failure.Unavailable(FailureCode.DRAINING, "This process is about to stop.", null, null);
    }

    @Override
    public void close() {
        jobs.close().forEach(job -> job.fail(stopping()));
    }
}

package io.parley.provider.minilm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.Embeddings.Purpose;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is served when. The encoder here does nothing but wait where a test wants it to, and write down what it got. */
class InProcessEmbeddingsTest {
    private final List<String> encoded = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
    private final AtomicReference<Throwable> obstacle = new AtomicReference<>();
    private final InProcessEmbeddings embeddings = new InProcessEmbeddings("test", this::load, now::get);

    private Encoder load() throws Exception {
        loads.incrementAndGet();
        switch (obstacle.get()) {
            case null -> {
            }
            case Exception e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
        return new Encoder() {
            @Override
            public Encoded encode(String text) {
                encoded.add(text);
                if (text.startsWith("wait")) {
                    await(gate);
                }
                if (text.startsWith("fail")) {
                    throw new IllegalStateException("cannot encode that");
                }
                return new Encoded(new float[] { text.length() }, 2);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        gate.countDown();
        embeddings.close();
    }

    @Test
    void is_loaded_by_the_first_use_and_once() {
        assertThat(embeddings.isReady()).isFalse();
        assertThat(embeddings.isLocal()).isTrue();
        var waiting = embeddings.embed(List.of("one", "three"), Purpose.PASSAGE);
        assertThat(loads).hasValue(0);

        Embedded result = join(waiting.subscribeAsCompletionStage());
        assertThat(result.vectors()).extracting(vector -> vector[0]).containsExactly(3f, 5f);
        assertThat(result.tokens()).isEqualTo(4);
        assertThat(result.cost()).isNull();
        assertThat(embeddings.isReady()).isTrue();
        join(embed(Purpose.QUERY, "again"));
        join(embeddings.warmUp().subscribeAsCompletionStage());
        assertThat(loads).hasValue(1);
    }

    @Test
    void can_be_loaded_before_it_is_needed() {
        join(embeddings.warmUp().subscribeAsCompletionStage());
        assertThat(embeddings.isReady()).isTrue();
        assertThat(encoded).isEmpty();
    }

    @Test
    void a_query_overtakes_a_backfill_after_the_text_that_is_being_encoded() {
        CompletableFuture<Embedded> backfill = embed(Purpose.PASSAGE, "wait", "second", "third");
        CompletableFuture<Embedded> other = embed(Purpose.PASSAGE, "other");
        Awaitility.await().until(() -> encoded.contains("wait"));
        CompletableFuture<Embedded> query = embed(Purpose.QUERY, "query", "and more");
        gate.countDown();
        join(query);
        join(other);
        assertThat(join(backfill).vectors()).hasSize(3);
        assertThat(encoded).containsExactly("wait", "query", "and more", "second", "third", "other");
    }

    @Test
    void what_waits_is_bounded_for_passages_and_queries_apart() {
        CompletableFuture<Embedded> first = embed(Purpose.PASSAGE, "wait");
        CompletableFuture<Embedded> full = embeddings.embed(Collections.nCopies(Jobs.MOST_TEXTS - 1, "text"), Purpose.PASSAGE)
                .subscribeAsCompletionStage();
        Failure failure = failure(embed(Purpose.PASSAGE, "one too many"));
        assertThat(failure).isInstanceOf(Failure.Unavailable.class);
        assertThat(failure.code()).isEqualTo(FailureCode.OVERLOADED);
        CompletableFuture<Embedded> query = embed(Purpose.QUERY, "query");
        gate.countDown();
        join(first);
        join(query);
        join(full);
        assertThat(encoded).doesNotContain("one too many");
        assertThat(join(embed(Purpose.PASSAGE, "room again")).vectors()).hasSize(1);
    }

    @Test
    void what_is_cancelled_is_not_begun() {
        CompletableFuture<Embedded> first = embed(Purpose.PASSAGE, "wait");
        Cancellable unwanted = embeddings.embed(List.of("unwanted"), Purpose.PASSAGE).subscribe().with(_ -> {
        });
        CompletableFuture<Embedded> last = embed(Purpose.PASSAGE, "last");
        unwanted.cancel();
        gate.countDown();
        join(first);
        join(last);
        assertThat(encoded).containsExactly("wait", "last");
    }

    @Test
    void a_model_that_cannot_be_loaded_is_tried_again_after_a_while() {
        for (Throwable reason : List.of(new IOException("no jar"), new UnsatisfiedLinkError("no library"))) {
            loads.set(0);
            obstacle.set(reason);
            Failure failure = failure(embed(Purpose.QUERY, "query"));
            assertThat(failure).isInstanceOf(Failure.Unavailable.class);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofMinutes(1));
            assertThat(failure(embeddings.warmUp().subscribeAsCompletionStage()).code()).isEqualTo(failure.code());
            assertThat(loads).hasValue(1);
            now.updateAndGet(instant -> instant.plusSeconds(60));
        }
        obstacle.set(null);
        assertThat(join(embed(Purpose.QUERY, "query")).vectors()).hasSize(1);
        assertThat(encoded).containsExactly("query");
    }

    @Test
    void a_text_that_breaks_the_encoder_breaks_only_its_own_call() {
        CompletableFuture<Embedded> bad = embed(Purpose.PASSAGE, "fail", "never");
        assertThat(failure(bad).code()).isEqualTo(FailureCode.PROVIDER_ERROR);
        assertThat(join(embed(Purpose.PASSAGE, "good")).vectors()).hasSize(1);
        assertThat(encoded).containsExactly("fail", "good");
    }

    @Test
    void who_waits_when_it_stops_is_told_and_the_model_is_given_back() {
        CompletableFuture<Embedded> waiting = embed(Purpose.PASSAGE, "wait", "more");
        Awaitility.await().until(() -> encoded.contains("wait"));
        embeddings.close();
        assertThat(failure(waiting).code()).isEqualTo(FailureCode.DRAINING);
        assertThat(failure(embed(Purpose.QUERY, "late")).code()).isEqualTo(FailureCode.DRAINING);
        gate.countDown();
        Awaitility.await().until(() -> closed.get() == 1);
        assertThat(encoded).containsExactly("wait");
    }

    @Test
    void of_a_very_long_text_no_more_than_the_beginning_waits() {
        join(embed(Purpose.PASSAGE, "x" + "🙂".repeat(50_000)));
        assertThat(encoded.getFirst()).hasSize(15_999).endsWith("🙂");
    }

    @Test
    void has_the_real_model_in_the_application() {
        try (InProcessEmbeddings real = new InProcessEmbeddings(MiniLm.NAME, MiniLm::load, now::get)) {
            assertThat(real.space()).matches(Embeddings.SPACE);
            Embedded result = join(real.embed(List.of("Hello"), Purpose.QUERY).subscribeAsCompletionStage());
            assertThat(result.vectors().getFirst()).hasSize(MiniLm.DIMENSIONS);
        }
    }

    private CompletableFuture<Embedded> embed(Purpose purpose, String... texts) {
        return embeddings.embed(List.of(texts), purpose).subscribeAsCompletionStage();
    }

    @CanIgnoreReturnValue
    private static <T> T join(CompletableFuture<T> result) {
        return result.orTimeout(1, TimeUnit.MINUTES).join();
    }

    private static Failure failure(CompletableFuture<?> result) {
        try {
            throw new AssertionError("no failure but " + join(result));
        } catch (CompletionException e) {
            return (Failure) e.getCause();
        }
    }
}

package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionId;
import io.parley.provider.Embedded;
import io.parley.testing.Histories;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class TurnRecallTest {
    private static final SessionId SESSION = new SessionId("a.1");
    private static final Cost COST = new Cost(new BigDecimal("0.001"), "USD");
    private final MemoryVectors store = new MemoryVectors();
    private final CountingEmbeddings embeddings = new CountingEmbeddings();

    record Config(Duration limit, Duration loading, double threshold, long cacheBytes) implements RecallConfig {}

    @Test
    void finds_the_nearest_turns_that_end_before_a_message_nearest_first() {
        turns(9);
        assertThat(found(recall(10_000), "like 3", 19, 2)).containsExactly(5L, 7L);
        assertThat(found(recall(10_000), "like 9", 11, 2)).containsExactly(9L, 7L);
    }

    @Test
    void turns_that_are_no_longer_part_of_the_conversation_crowd_nothing_out() {
        turns(60);
        store.live.removeIf(message -> message.id().sequence() > 15);
        assertThat(found(recall(10_000), "like 9", 200, 8)).containsExactly(15L, 13L, 11L, 9L, 7L, 5L, 3L, 1L);
        store.picks.clear();
        store.live.clear();
        assertThat(found(recall(10_000), "like 9", 200, 3)).isEmpty();
        assertThat(store.picks).as("and it ends").containsExactly(6, 6, 6, 6, 6);
    }

    @Test
    void nothing_more_is_looked_up_once_there_are_enough() {
        turns(60);
        assertThat(found(recall(10_000), "like 9", 200, 3)).hasSize(3);
        assertThat(store.picks).containsExactly(6);
        assertThat(found(recall(10_000), "like 9", 200, 0)).isEmpty();
    }

    @Test
    void a_session_without_vectors_and_a_text_without_words_ask_nobody() {
        assertThat(found(recall(10_000), "like 9", 200, 3)).isEmpty();
        turns(3);
        assertThat(found(recall(10_000), " \n ", 200, 3)).isEmpty();
        assertThat(found(recall(10_000), "", 200, 3)).isEmpty();
        assertThat(found(recall(10_000), " ".repeat(20_000) + "9", 200, 3)).isEmpty();
        assertThat(embeddings.asked).isEmpty();
    }

    @Test
    void of_a_huge_text_the_beginning_is_looked_for_and_no_character_is_halved() {
        turns(3);
        assertThat(found(recall(10_000), "3" + "🙂".repeat(1_000_000), 200, 1)).hasSize(1);
        assertThat(embeddings.asked.getFirst()).hasSizeLessThanOrEqualTo(16_000).endsWith("🙂");
    }

    @Test
    void it_is_given_up_in_time_and_what_was_fetched_by_then_serves_the_next_turn() {
        turns(3);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        store.before = () -> Uni.createFrom().completionStage(gate);
        TurnRecall recall = recall(20);
        assertThat(found(recall, "like 3", 200, 1)).isEmpty();
        gate.complete(null);
        Awaitility.await().until(() -> !store.picks.isEmpty());
        assertThat(embeddings.asked).hasSize(1);
        Awaitility.await().until(() -> found(recall, "like 3", 200, 1).equals(List.of(5L)));
        assertThat(store.reads).startsWith(0L).endsWith(6L);
    }

    @Test
    void a_model_that_is_still_to_be_loaded_is_waited_for() {
        turns(3);
        embeddings.ready = false;
        CompletableFuture<Embedded> loaded = new CompletableFuture<>();
        embeddings.instead = _ -> Uni.createFrom().completionStage(loaded);
        CompletableFuture<List<RecalledTurn>> found = recall(1).find(SESSION, "x", 200, 1).subscribeAsCompletionStage();
        Awaitility.await().during(Duration.ofMillis(50)).until(() -> !found.isDone());
        loaded.complete(new Embedded(List.of(new float[] { 10, 3 }), 1, null));
        assertThat(found.join()).hasSize(1);
    }

    @Test
    void a_store_or_a_model_that_fails_in_whatever_way_brings_nothing_back_and_fails_nothing() {
        turns(3);
        Failure broken = new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, "broken", null, null);
        store.before = () -> Uni.createFrom().failure(broken);
        assertThat(found(recall(10_000), "x", 200, 1)).isEmpty();
        store.before = () -> {
            throw broken;
        };
        assertThat(found(recall(10_000), "x", 200, 1)).isEmpty();
        store.before = () -> Uni.createFrom().voidItem();
        embeddings.instead = _ -> Uni.createFrom().failure(broken);
        assertThat(found(recall(10_000), "x", 200, 1)).isEmpty();
        embeddings.instead = _ -> Uni.createFrom().item(new Embedded(List.of(new float[] { 1, 2, 3 }), 1, null));
        assertThat(found(recall(10_000), "other dimensions", 200, 1)).isEmpty();
        embeddings.instead = _ -> Uni.createFrom().item(Embedded.NOTHING);
        assertThat(found(recall(10_000), "no vector", 200, 1)).isEmpty();
    }

    @Test
    void a_query_that_is_paid_for_counts_once_however_often_the_context_is_chosen() {
        turns(3);
        embeddings.cost = COST;
        embeddings.local = false;
        TurnRecall recall = recall(10_000);
        assertThat(recall.isLocal()).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(found(recall, "like 3", 200, 1)).hasSize(1);
        }
        assertThat(embeddings.asked).hasSize(1);
        assertThat(store.spent).containsExactly(COST);
        assertThat(found(recall, "like 2", 200, 1)).hasSize(1);
        assertThat(store.spent).hasSize(2);
    }

    @Test
    void a_cost_that_cannot_be_counted_and_one_that_is_not_known_spoil_nothing() {
        turns(3);
        TurnRecall recall = recall(10_000);
        assertThat(found(recall, "like 2", 200, 1)).hasSize(1);
        assertThat(store.spent).isEmpty();
        embeddings.cost = COST;
        embeddings.instead = _ -> {
            store.before = () -> Uni.createFrom().failure(new IllegalStateException("broken"));
            return Uni.createFrom().item(new Embedded(List.of(new float[] { 10, 3 }), 1, COST));
        };
        assertThat(found(recall, "like 3", 200, 1)).as("nor can anything be picked").isEmpty();
        store.before = () -> Uni.createFrom().voidItem();
        assertThat(found(recall, "like 3", 200, 1)).hasSize(1);
    }

    @Test
    void a_turn_goes_on_on_its_own_thread_and_the_search_is_not_there() {
        turns(3);
        List<String> threads = new CopyOnWriteArrayList<>();
        store.before = () -> {
            threads.add(Thread.currentThread().getName());
            return Uni.createFrom().voidItem();
        };
        Vertx vertx = Vertx.vertx();
        try {
            Context context = vertx.getOrCreateContext();
            CompletableFuture<Context> went = new CompletableFuture<>();
            context.runOnContext(_ -> recall(10_000).find(SESSION, "like 3", 200, 1).subscribe()
                    .with(_ -> went.complete(Vertx.currentContext()), went::completeExceptionally));
            assertThat(went.join()).isSameAs(context);
            assertThat(threads).as("reading, then picking, which follows the search").hasSize(2);
            assertThat(threads.getFirst()).contains("eventloop");
            assertThat(threads.getLast()).doesNotContain("eventloop");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private TurnRecall recall(int limitMillis) {
        return new TurnRecall(embeddings, store,
                new Config(Duration.ofMillis(limitMillis), Duration.ofSeconds(10), 0.2, 1_000_000));
    }

    private static List<Long> found(TurnRecall recall, String query, long before, int topK) {
        return recall.find(SESSION, query, before, topK).await().indefinitely().stream()
                .map(turn -> turn.messages().getFirst().id().sequence()).toList();
    }

    /** The n-th turn is most like a text with this digit, up to nine; later ones are like ninety per cent of that. */
    private void turns(int count) {
        for (int i = 1; i <= count; i++) {
            long first = 2L * i - 1;
            float direction = i > 9 ? 9 : i;
            store.vectors.add(new TurnVectors("s", first, first + 1,
                    List.of(QuantisedVector.of(new float[] { 10, direction }))));
            store.live.add(Histories.user(first, 5, "q" + i));
            store.live.add(Histories.assistant(first + 1, 5, "a" + i));
        }
    }
}

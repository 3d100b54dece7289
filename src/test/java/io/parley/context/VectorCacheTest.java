package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorCacheTest {
    private static final int DIMENSIONS = 64;
    private static final SessionId ONE = new SessionId("a.1");
    private final MemoryVectors store = new MemoryVectors();

    @Test
    void a_session_is_read_part_by_part_and_then_only_what_is_new() {
        VectorCache cache = cache(1_000_000);
        store.mostAtOnce = 3;
        fill(8);
        assertThat(load(cache, ONE).getFirst().size()).isEqualTo(8);
        assertThat(store.reads).containsExactly(0L, 6L, 12L);
        store.vectors.add(turn(9));
        assertThat(load(cache, ONE).getFirst().size()).isEqualTo(9);
        assertThat(store.reads).endsWith(16L);
    }

    @Test
    void after_an_edit_what_was_known_is_forgotten() {
        VectorCache cache = cache(1_000_000);
        fill(4);
        load(cache, ONE);
        store.vectors.removeLast();
        store.edits = 2;
        assertThat(load(cache, ONE).getFirst().size()).isEqualTo(3);
        store.vectors.clear();
        store.edits = 3;
        assertThat(load(cache, ONE)).isEmpty();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void what_has_no_vectors_is_not_kept() {
        VectorCache cache = cache(1_000_000);
        for (int i = 0; i < 100; i++) {
            assertThat(load(cache, new SessionId("a." + i))).isEmpty();
        }
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void what_is_kept_stays_within_the_bound_and_the_one_used_last_stays_longest() {
        int most = 20_000;
        VectorCache cache = cache(most);
        fill(10);
        for (int i = 0; i < 50; i++) {
            load(cache, ONE);
            load(cache, new SessionId("a.other" + i));
            assertThat(cache.bytes()).isBetween(1L, (long) most);
        }
        assertThat(store.reads.stream().filter(after -> after == 0).count()).as("read whole").isEqualTo(51);
    }

    @Test
    void even_a_single_long_session_stays_within_the_bound_with_its_newest_turns() {
        for (int most : new int[] { 10, 3_000, 40_000, 500_000 }) {
            store.vectors.clear();
            fill(3_000);
            VectorCache cache = cache(most);
            VectorIndex index = load(cache, ONE).getFirst();
            assertThat(cache.bytes()).isLessThanOrEqualTo(most);
            assertThat(index.nearest(turn(3_000).vectors().getFirst(), 1, Long.MAX_VALUE, 0.9).getFirst().last())
                    .isEqualTo(6_000);
        }
    }

    @Test
    void a_session_that_is_gone_is_dropped_and_one_that_cannot_be_read_now_is_not() {
        VectorCache cache = cache(1_000_000);
        fill(4);
        load(cache, ONE);
        store.before = () -> Uni.createFrom().failure(new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, "", null, null));
        assertThatThrownBy(() -> load(cache, ONE)).isInstanceOf(Failure.Unavailable.class);
        assertThat(cache.bytes()).isPositive();
        store.before = () -> Uni.createFrom().failure(new Failure.NotFound(FailureCode.SESSION_NOT_FOUND, ""));
        assertThatThrownBy(() -> load(cache, ONE)).isInstanceOf(Failure.NotFound.class);
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void the_last_query_of_a_session_is_known_and_of_so_many_sessions_only() {
        LastQueries queries = new LastQueries();
        QuantisedVector vector = QuantisedVector.of(new float[] { 1, 2 });
        queries.keep(ONE, "what", vector);
        assertThat(queries.find(ONE, "what")).isSameAs(vector);
        assertThat(queries.find(ONE, "else")).isNull();
        for (int i = 0; i < 2_000; i++) {
            queries.keep(new SessionId("b." + i), "what", vector);
        }
        assertThat(queries.find(ONE, "what")).isNull();
        assertThat(queries.size()).isEqualTo(512);
    }

    private VectorCache cache(long most) {
        return new VectorCache(store, "s", most);
    }

    @CanIgnoreReturnValue
    private static List<VectorIndex> load(VectorCache cache, SessionId session) {
        return cache.load(session).await().indefinitely();
    }

    private void fill(int turns) {
        for (int i = 1; i <= turns; i++) {
            store.vectors.add(turn(i));
        }
    }

    private static TurnVectors turn(int number) {
        float[] vector = new float[DIMENSIONS];
        vector[number % DIMENSIONS] = 1;
        QuantisedVector one = QuantisedVector.of(vector);
        return new TurnVectors("s", 2L * number - 1, 2L * number, List.of(one, one, one, one));
    }
}

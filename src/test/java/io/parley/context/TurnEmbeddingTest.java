package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.context.VectorStore.Todo;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.provider.Embedded;
import io.parley.testing.Histories;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TurnEmbeddingTest {
    private static final SessionId SESSION = new SessionId("a.1");
    private final MemoryVectors store = new MemoryVectors();
    private final CountingEmbeddings embeddings = new CountingEmbeddings();
    private final TurnEmbedding embedding = new TurnEmbedding(embeddings, store);

    @Test
    void every_turn_gets_its_vectors_and_what_they_cost_is_counted() {
        todo(true, "q1", "q2");
        embeddings.cost = new Cost(new BigDecimal("0.001"), "USD");
        assertThat(embedSome()).isTrue();
        MemoryVectors.Added added = store.added.getFirst();
        assertThat(added.lasts()).containsExactly(2L, 4L);
        assertThat(added.vectors().getFirst().first()).isEqualTo(1);
        assertThat(added.todo()).isEqualTo(store.todo.orElseThrow());
        assertThat(added.usage().inputTokens()).isEqualTo(14);
        assertThat(added.cost()).isEqualTo(new Cost(new BigDecimal("0.002"), "USD"));
    }

    @Test
    void what_costs_nothing_is_not_counted() {
        todo(false, "q1");
        assertThat(embedSome()).isFalse();
        assertThat(store.added.getFirst().usage().inputTokens()).isZero();
        assertThat(store.added.getFirst().cost()).isNull();
    }

    @Test
    void nothing_to_do_is_nothing_done_though_there_may_be_more_behind() {
        assertThat(embedSome()).isFalse();
        store.todo = Optional.of(new Todo(1, 1000, true, List.of(), ""));
        assertThat(embedSome()).isTrue();
        assertThat(store.added).isEmpty();
    }

    @Test
    void turns_in_which_nothing_is_said_are_dealt_with_without_vectors() {
        store.todo = Optional.of(new Todo(1, 2, false, List.of(Histories.user(1, 1, " "), Histories.call(2, 1, "c")), "t"));
        assertThat(embedSome()).isFalse();
        assertThat(store.added).singleElement().satisfies(added -> assertThat(added.vectors()).isEmpty());
        assertThat(embeddings.asked).isEmpty();
    }

    @Test
    void what_succeeded_before_a_failure_is_stored_and_counted_and_the_failure_passed_on() {
        todo(false, "q1", "q2", "broken", "q4");
        embeddings.cost = new Cost(new BigDecimal("0.001"), "USD");
        fail(new Failure.Provider(FailureCode.PROVIDER_ERROR, "broken", true, null, null));
        assertThatThrownBy(this::embedSome).isInstanceOf(Failure.Provider.class).hasMessage("broken");
        MemoryVectors.Added added = store.added.getFirst();
        assertThat(store.added).hasSize(1);
        assertThat(added.lasts()).containsExactly(2L, 4L);
        assertThat(added.todo().through()).isEqualTo(4);
        assertThat(added.todo().claim()).isEqualTo("t");
        assertThat(added.usage().inputTokens()).isEqualTo(14);
    }

    @Test
    void a_failure_before_anything_is_done_gives_the_claim_back_where_it_was() {
        todo(false, "broken", "q2");
        fail(new Failure.Unavailable(FailureCode.OVERLOADED, "broken", null, null));
        assertThatThrownBy(this::embedSome).isInstanceOf(Failure.Unavailable.class);
        assertThat(store.added).singleElement().satisfies(added -> {
            assertThat(added.vectors()).isEmpty();
            assertThat(added.todo().through()).isZero();
        });
    }

    @Test
    void an_answer_that_makes_no_vectors_is_a_failure_like_others() {
        todo(false, "broken");
        embeddings.instead = text -> text.startsWith("broken") ? Uni.createFrom().item(Embedded.NOTHING) : null;
        assertThatThrownBy(this::embedSome).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.added).hasSize(1);
    }

    @Test
    void the_first_failure_is_told_even_if_the_store_fails_too() {
        todo(false, "broken");
        fail(new Failure.Unavailable(FailureCode.OVERLOADED, "broken", null, null));
        store.beforeAdding = () -> Uni.createFrom().failure(new IllegalStateException("store"));
        assertThatThrownBy(this::embedSome).hasMessage("broken");
    }

    @Test
    void a_store_that_fails_is_asked_once() {
        todo(false, "q1");
        store.beforeAdding = () -> Uni.createFrom().failure(new IllegalStateException("store"));
        assertThatThrownBy(this::embedSome).hasMessage("store");
        assertThat(store.added).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = FailureCode.class, names = { "PROVIDER_REJECTED", "CONTENT_FILTERED" })
    void a_turn_that_is_refused_for_good_is_passed_over(FailureCode code) {
        todo(false, "q1", "broken", "q3");
        fail(new Failure.Provider(code, "broken", false, null, null));
        assertThat(embedSome()).isFalse();
        assertThat(store.added).singleElement().satisfies(added -> {
            assertThat(added.lasts()).containsExactly(2L, 6L);
            assertThat(added.todo().through()).isEqualTo(6);
        });
    }

    @ParameterizedTest
    @EnumSource(value = FailureCode.class, names = { "PROVIDER_REJECTED", "PROVIDER_ERROR" })
    void what_may_succeed_later_is_not_passed_over(FailureCode code) {
        todo(false, "q1", "broken");
        fail(new Failure.Provider(code, "broken", code == FailureCode.PROVIDER_REJECTED, null, null));
        assertThatThrownBy(this::embedSome).hasMessage("broken");
        assertThat(store.added.getFirst().todo().through()).isEqualTo(2);
    }

    @CanIgnoreReturnValue
    private boolean embedSome() {
        return embedding.embedSome(SESSION).await().indefinitely();
    }

    private void fail(Failure failure) {
        embeddings.instead = text -> text.startsWith("broken") ? Uni.createFrom().failure(failure) : null;
    }

    private void todo(boolean more, String... said) {
        List<Message> messages = new ArrayList<>();
        for (String text : said) {
            messages.add(Histories.user(messages.size() + 1L, 5, text));
            messages.add(Histories.assistant(messages.size() + 1L, 5, "a"));
        }
        store.todo = Optional.of(new Todo(1, messages.size(), more, messages, "t"));
    }
}

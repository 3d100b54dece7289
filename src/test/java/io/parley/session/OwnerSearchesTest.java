package io.parley.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerSearchesTest {
    private static final Owner ONE = new Owner("one");
    private final OwnerSearches searches = new OwnerSearches(new OwnerLimits() {
        @Override
        public int searches() {
            return 2;
        }

        @Override
        public MemorySize forkBytes() {
            return new MemorySize(BigInteger.ONE);
        }
    });

    private Cancellable begin(Owner owner) {
        return searches.run(owner, () -> Uni.createFrom().nothing()).subscribe().with(_ -> {
        });
    }

    private String search(Owner owner) {
        return searches.run(owner, () -> Uni.createFrom().item("found")).await().indefinitely();
    }

    @Test
    void one_owner_runs_only_so_many_at_a_time_and_another_one_is_not_concerned() {
        List<Cancellable> running = new ArrayList<>(List.of(begin(ONE), begin(ONE)));

        assertThatThrownBy(() -> search(ONE)).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.RATE_LIMITED);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        });
        assertThat(search(new Owner("two"))).isEqualTo("found");

        running.removeFirst().cancel();
        assertThat(search(ONE)).isEqualTo("found");
        assertThat(search(ONE)).isEqualTo("found");
    }

    @Test
    void a_search_that_fails_makes_way_too() {
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(
                    () -> searches.run(ONE, () -> Uni.createFrom().failure(new IllegalStateException("broken"))).await()
                            .indefinitely())
                    .hasMessage("broken");
        }
        assertThat(search(ONE)).isEqualTo("found");
    }
}

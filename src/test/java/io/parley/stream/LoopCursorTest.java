package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Talk;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a listener on any event loop uses a cursor that belongs to one loop. */
class LoopCursorTest {
    private static Vertx vertx;
    private final Loop own = LoopedLog.newLoop(vertx);
    private final Loop other = LoopedLog.newLoop(vertx);
    private final Numbers numbers = new Numbers();
    private final LoopCursor<Integer> cursor = new LoopCursor<>(numbers, own);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A cursor that insists on its loop. Each page is one number. */
    private final class Numbers implements Cursor<Integer> {
        private final List<Integer> ready = new ArrayList<>();
        private @Nullable CursorListener listener;
        private int takes;
        private boolean breaks;
        private boolean closed;

        /** Makes a number ready, in a step on the loop. */
        void add(int number) {
            LoopedLog.run(own, () -> {
                ready.add(number);
                Objects.requireNonNull(listener).more();
            });
        }

        @Override
        public void listen(CursorListener waiting) {
            assertThat(own.isHere()).isTrue();
            listener = waiting;
        }

        @Override
        public @Nullable List<Integer> take() {
            assertThat(own.isHere()).isTrue();
            takes++;
            if (breaks) {
                breaks = false;
                throw new IllegalStateException("broken");
            }
            return ready.isEmpty() ? null : List.of(ready.removeFirst());
        }

        @Override
        public void close() {
            assertThat(own.isHere()).isTrue();
            closed = true;
        }
    }

    /** Notes on its loop, and does not take by itself. */
    private static final class Heard implements CursorListener {
        private final Loop loop;
        private final List<String> all = new ArrayList<>();
        private CompletableFuture<Void> next = new CompletableFuture<>();

        Heard(Loop loop) {
            this.loop = loop;
        }

        @Override
        public void more() {
            note("more");
        }

        @Override
        public void failed(Throwable failure) {
            note(String.valueOf(failure.getMessage()));
        }

        private void note(String said) {
            all.add(loop.isHere() ? said : said + " elsewhere");
            boolean unused = next.complete(null);
        }

        /** Waits until it has been told so often; then gives all that it was told. */
        List<String> told(int times) {
            CompletableFuture<Void> told = LoopedLog.on(loop, () -> {
                next = new CompletableFuture<>();
                return all.size() < times ? next : CompletableFuture.completedFuture(null);
            });
            Talk.await(Uni.createFrom().completionStage(told).replaceWith(true));
            return LoopedLog.on(loop, () -> List.copyOf(all));
        }
    }

    private Heard listen(Loop loop) {
        Heard heard = new Heard(loop);
        LoopedLog.run(loop, () -> cursor.listen(heard));
        LoopedLog.run(own, () -> {
        });
        return heard;
    }

    private @Nullable List<Integer> take(Loop loop) {
        List<Integer> taken = LoopedLog.on(loop, () -> Objects.requireNonNullElse(cursor.take(), List.of()));
        // The question of a listener elsewhere has been asked, and its answer has been brought.
        LoopedLog.run(own, () -> {
        });
        LoopedLog.run(loop, () -> {
        });
        return taken;
    }

    @Test
    void a_listener_on_the_loop_of_the_cursor_is_told_and_takes_within_one_step() {
        Heard heard = new Heard(own);
        LoopedLog.run(own, () -> {
            cursor.listen(heard);
            numbers.add(1);
            assertThat(heard.all).containsExactly("more");
            assertThat(cursor.take()).containsExactly(1);
            assertThat(cursor.take()).isNull();
        });
    }

    @Test
    void a_listener_on_another_loop_is_told_there_and_gets_all_in_order() {
        Heard heard = listen(other);
        assertThat(take(other)).isEmpty();
        numbers.add(1);
        assertThat(heard.told(1)).containsExactly("more");
        numbers.add(2);
        assertThat(take(other)).containsExactly(1);
        assertThat(take(other)).isEmpty();
        assertThat(heard.told(2)).containsExactly("more", "more");
        assertThat(take(other)).containsExactly(2);
    }

    @Test
    void a_listener_on_another_loop_that_does_not_take_holds_one_page() {
        Heard heard = listen(other);
        assertThat(take(other)).isEmpty();
        for (int number = 1; number <= 5; number++) {
            numbers.add(number);
        }
        assertThat(heard.told(1)).containsExactly("more");
        assertThat(LoopedLog.on(own, () -> numbers.takes)).isEqualTo(2);
        assertThat(LoopedLog.on(own, () -> List.copyOf(numbers.ready))).containsExactly(2, 3, 4, 5);
    }

    @Test
    void a_cursor_that_breaks_is_told_to_a_listener_on_another_loop_which_may_take_again() {
        Heard heard = listen(other);
        LoopedLog.run(own, () -> numbers.breaks = true);
        assertThat(take(other)).isEmpty();
        assertThat(heard.told(1)).containsExactly("broken");
        assertThat(take(other)).isEmpty();
        numbers.add(1);
        assertThat(heard.told(2)).containsExactly("broken", "more");
        assertThat(take(other)).containsExactly(1);
    }

    @Test
    void a_listener_on_another_loop_that_leaves_closes_the_cursor_and_hears_nothing_more() {
        Heard heard = listen(other);
        assertThat(take(other)).isEmpty();
        LoopedLog.run(other, cursor::close);
        assertThat(LoopedLog.on(own, () -> numbers.closed)).isTrue();
        numbers.add(1);
        LoopedLog.run(other, () -> {
        });
        assertThat(heard.told(0)).isEmpty();
    }
}

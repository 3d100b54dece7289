package io.parley.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LoopTest {
    private static Vertx vertx;
    private final Loop loop = LoopedLog.newLoop(vertx);
    private final Loop other = LoopedLog.newLoop(vertx);

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_step_from_the_loop_itself_is_run_at_once_and_a_later_one_after_the_present_step() {
        List<String> order = new ArrayList<>();
        LoopedLog.run(loop, () -> {
            loop.later(() -> order.add("later"));
            loop.execute(() -> order.add("at once"));
            order.add("after it");
        });
        LoopedLog.run(loop, () -> assertThat(order).containsExactly("at once", "after it", "later"));
    }

    @Test
    void a_step_from_elsewhere_is_run_on_the_loop() {
        CompletableFuture<Boolean> here = new CompletableFuture<>();
        loop.execute(() -> here.complete(loop.isHere()));
        assertThat(here.join()).isTrue();
        assertThat(loop.isHere()).isFalse();
        assertThat(LoopedLog.on(other, loop::isHere)).isFalse();
    }

    @Test
    void a_question_is_asked_on_the_loop_and_answered_on_the_loop_of_the_caller() {
        AtomicBoolean answeredThere = new AtomicBoolean();
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        LoopedLog.run(other, () -> loop.ask(loop::isHere).subscribe().with(there -> {
            answeredThere.set(other.isHere());
            asked.complete(there);
        }));
        assertThat(asked.join()).isTrue();
        assertThat(answeredThere).isTrue();
    }

    @Test
    void a_timer_fires_on_the_loop_wherever_it_was_set() {
        CompletableFuture<Boolean> once = new CompletableFuture<>();
        loop.after(1, () -> once.complete(loop.isHere()));
        assertThat(once.join()).isTrue();
        CompletableFuture<Boolean> often = new CompletableFuture<>();
        long timer = loop.every(1, () -> often.complete(loop.isHere()));
        assertThat(often.join()).isTrue();
        loop.cancel(timer);
    }
}

package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** A log on a loop of its own. Each call of a test is done there before it returns. */
final class LoopedLog {
    private final Loop loop;
    private final TurnLog log;

    LoopedLog(Vertx vertx, Function<Loop, TurnLog> start) {
        this(start.apply(newLoop(vertx)));
    }

    LoopedLog(TurnLog log) {
        this.log = log;
        this.loop = log.loop();
    }

    static Loop newLoop(Vertx vertx) {
        return new Loop(((VertxInternal) vertx).createEventLoopContext());
    }

    /** Does a step on a loop; returns when it is done. */
    static <T> T on(Loop loop, Supplier<T> step) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(step.get());
            } catch (RuntimeException | Error failure) {
                done.completeExceptionally(failure);
            }
        });
        return done.join();
    }

    static void run(Loop loop, Runnable step) {
        boolean unused = on(loop, () -> {
            step.run();
            return true;
        });
    }

    TurnLog log() {
        return log;
    }

    Loop loop() {
        return loop;
    }

    void run(Runnable step) {
        run(loop, step);
    }

    /** Returns when the loop has done all that it had to do. */
    void settle() {
        run(() -> {
        });
    }

    void append(TurnEvent event) {
        run(() -> log.append(event));
    }

    LogRead read(long after) {
        return on(loop, () -> log.read(after));
    }

    List<NumberedEvent> snapshot() {
        return on(loop, log::snapshot);
    }

    String text() {
        return log.text().subscribeAsCompletionStage().join();
    }

    Uni<List<NumberedEvent>> seal() {
        return log.seal().runSubscriptionOn(loop);
    }

    NumberedEvent number(TurnEvent terminal) {
        return on(loop, () -> log.number(terminal));
    }

    void end(NumberedEvent terminal) {
        log.end(terminal);
        settle();
    }

    void lose() {
        log.lose();
        settle();
    }

    void listen(Runnable more) {
        run(() -> log.listen(more));
    }

    void forget(Runnable more) {
        run(() -> log.forget(more));
    }

    void join() {
        log.join();
    }

    void release() {
        log.release();
    }

    boolean isListenedTo() {
        return on(loop, log::isListenedTo);
    }

    Uni<Boolean> isFollowed() {
        return log.isFollowed().runSubscriptionOn(loop);
    }
}

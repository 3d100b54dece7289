package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** An event loop to which objects belong: as all steps that touch them run on it, they need no lock. */
public record Loop(ContextInternal context) implements Executor {

    /** The event loop behind a context. */
    public static Loop of(Context context) {
        assert context.isEventLoopContext() : "steps of a worker context run on many threads";
        return new Loop((ContextInternal) context);
    }

    /** The event loop of the caller; for a caller without one, an executor that runs each step at once. */
    static Executor ofCaller() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : of(context);
    }

    /** Returns whether the caller is on it. */
    public boolean isHere() {
        return context.nettyEventLoop().inEventLoop();
    }

    /** Runs a step on it: at once if the caller is on it, else as soon as it is free. */
    @Override
    public void execute(Runnable step) {
        if (isHere()) {
            step.run();
        } else {
            later(step);
        }
    }

    /** Runs a step on it when the present step is over. */
    void later(Runnable step) {
        context.runOnContext(_ -> step.run());
    }

    /** Runs a question on it; the answer comes on the event loop of the caller. */
    <T> Uni<T> ask(Supplier<T> question) {
        return Uni.createFrom().emitter(emitter -> {
            Executor caller = ofCaller();
            execute(() -> {
                T answer = question.get();
                caller.execute(() -> emitter.complete(answer));
            });
        });
    }

    /** Runs a step on it after a time, in milliseconds. */
    void after(long millis, Runnable step) {
        long unused = context.setTimer(millis, _ -> step.run());
    }

    /** Runs a step on it again and again; returns the timer to {@link #cancel}. */
    long every(long millis, Runnable step) {
        return context.setPeriodic(millis, _ -> step.run());
    }

    /** Ends a timer. */
    void cancel(long timer) {
        context.owner().cancelTimer(timer);
    }
}

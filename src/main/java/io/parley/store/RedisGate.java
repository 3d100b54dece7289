package io.parley.store;

import io.parley.conversation.Failure;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The only way to Redis: a few held connections with a bound on what is under way and on what waits, and a time limit for
 * every command, as the client has none of these. Everything sent through here may be repeated without harm, so what met a
 * broken connection or a server that has lost its rank is sent once more.
 */
@ApplicationScoped
public class RedisGate {
    private static final Duration BEFORE_REPEATING = Duration.ofMillis(100);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);
    private static final int MOST_LANES = 32;
    /** How often the time limit is checked within its own length: no command is ended later than by a tenth of it. */
    private static final int CHECKS = 10;
    private final Vertx vertx;
    private final RedisConfig config;
    private final Traffic traffic;
    private final List<Lane> lanes;
    private final long timer;
    private volatile long unansweredAt = System.nanoTime() - Duration.ofDays(1).toNanos();

    RedisGate(RedisClients clients, Vertx vertx, RedisConfig config, Traffic traffic) {
        this.vertx = vertx;
        this.config = RedisLimits.checked(config);
        this.traffic = traffic;
        this.lanes = lanes(clients, vertx, config);
        this.timer = vertx.setPeriodic(Math.max(1, config.timeout().toMillis() / CHECKS), _ -> endLate());
    }

    /** One timer for all commands: a timer for each of them costs more than many a command. */
    private void endLate() {
        long nanos = System.nanoTime() - config.timeout().toNanos();
        lanes.forEach(lane -> lane.endBegunBefore(nanos));
    }

    private List<Lane> lanes(RedisClients clients, Vertx vertx, RedisConfig config) {
        List<ContextInternal> loops = EventLoops.of(vertx);
        int lanes = config.connections().orElse(Math.min(loops.size(), MOST_LANES));
        return IntStream.range(0, lanes)
                .mapToObj(i -> new Lane(clients, vertx, loops.get(i % loops.size()), config, this::relieve)).toList();
    }

    /**
     * Runs a script.
     *
     * @param keys all it touches
     * @return its answer; fails with {@code Failure.Unavailable} if there is none
     */
    Uni<Response> run(Script script, List<String> keys, List<String> arguments) {
        return whereAsked(() -> once(script, keys, arguments)
                .onFailure(RedisFailures::isPassing).retry().withBackOff(BEFORE_REPEATING).atMost(1));
    }

    /** Runs a script as {@link #run(Script, List, List)} does; gives what its answer means. */
    <A> Uni<A> run(ScriptCall<A> call) {
        return run(call.script(), call.keys(), call.arguments()).map(call::read);
    }

    /** Runs a script as {@link #insist(Script, List, List)} does; gives what its answer means. */
    <A> Uni<A> insist(ScriptCall<A> call) {
        return insist(call.script(), call.keys(), call.arguments()).map(call::read);
    }

    /**
     * Runs a script that must not fail lightly: several times within a bounded time if its outcome stays unknown.
     *
     * @return its answer; fails with {@code store_unavailable} if any try may have been done, whatever the last one met, as
     *         the caller undoes what may have happened
     */
    Uni<Response> insist(Script script, List<String> keys, List<String> arguments) {
        return whereAsked(() -> {
            long end = System.nanoTime() + config.attemptsWithin().toNanos();
            AtomicBoolean maybeDone = new AtomicBoolean();
            return once(script, keys, arguments)
                    .onFailure(RedisFailures::mayBeDone).invoke(() -> maybeDone.set(true))
                    .onFailure(failure -> isUnknown(failure) && System.nanoTime() - end < 0)
                    .retry().withBackOff(BETWEEN_ATTEMPTS).atMost(Math.max(1, config.attempts() - 1L))
                    .onFailure(_ -> maybeDone.get()).transform(RedisFailures::outcomeUnknown);
        });
    }

    /** Sends one command that only reads or may be repeated. */
    Uni<@Nullable Response> send(Command command, List<String> arguments) {
        return whereAsked(() -> sendOnce(command, arguments)
                .onFailure(RedisFailures::isPassing).retry().withBackOff(BEFORE_REPEATING).atMost(1));
    }

    /** Whether every command has been answered for as long as {@link RedisConfig#steady()} says. */
    boolean isSteady() {
        return System.nanoTime() - unansweredAt >= config.steady().toNanos();
    }

    private void noteFailure(Throwable failure) {
        if (RedisFailures.mayBeDone(failure)) {
            unansweredAt = System.nanoTime();
        }
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
        lanes.forEach(Lane::close);
    }

    /** The caller goes on where it was when it asked: answers and retries come from other threads. */
    private static <T extends @Nullable Object> Uni<T> whereAsked(Supplier<Uni<T>> question) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            Uni<T> answer = question.get().onFailure().transform(RedisFailures::translate);
            return context == null ? answer : answer.emitOn(task -> context.runOnContext(_ -> task.run()));
        });
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof Failure.Unavailable || RedisFailures.isPassing(failure);
    }

    private Uni<Response> once(Script script, List<String> keys, List<String> arguments) {
        return sendOnce(Command.EVALSHA, script.call(script.sha(), keys, arguments))
                .onFailure(RedisFailures::isNoScript)
                .recoverWithUni(() -> sendOnce(Command.EVAL, script.call(script.source(), keys, arguments)))
                .map(RedisGate::present);
    }

    private static Response present(@Nullable Response answer) {
        if (answer == null) {
            throw new CorruptRecord("a Redis script gave no answer");
        }
        return answer;
    }

    private Uni<@Nullable Response> sendOnce(Command command, List<String> arguments) {
        Uni<@Nullable Response> sent = Uni.createFrom().emitter(emitter -> submit(command, arguments, emitter));
        return sent.onFailure().invoke(this::noteFailure);
    }

    private void submit(Command command, List<String> arguments, UniEmitter<? super @Nullable Response> emitter) {
        Lane lane = near();
        if (lane == null && waiting() >= config.waiting()) {
            emitter.fail(RedisFailures.overloaded());
            return;
        }
        Lane chosen = lane == null ? best() : lane;
        chosen.submit(waiter(command, arguments, emitter));
    }

    /** Nobody waits for a connection that is being made while there is another one. */
    private void relieve() {
        if (lanes.stream().anyMatch(Lane::isConnected)) {
            List<Call> stranded = lanes.stream().flatMap(lane -> lane.takeStranded().stream()).toList();
            stranded.forEach(call -> best().submit(call));
        }
    }

    /** The lane of the caller's own event loop if it can send at once. */
    private @Nullable Lane near() {
        for (Lane lane : lanes) {
            if (lane.isHere() && lane.hasPlace()) {
                return lane;
            }
        }
        return null;
    }

    private int waiting() {
        return lanes.stream().mapToInt(Lane::waiting).sum();
    }

    /**
     * The lane with least to do, of those that are connected if any is. The others are connected meanwhile: nobody waits for
     * that who need not.
     */
    private Lane best() {
        Lane chosen = lanes.getFirst();
        for (Lane other : lanes) {
            if (isBetter(other, chosen)) {
                chosen = other;
            }
        }
        if (chosen.isConnected()) {
            lanes.forEach(Lane::connect);
        }
        return chosen;
    }

    private static boolean isBetter(Lane other, Lane chosen) {
        return other.isConnected() == chosen.isConnected() ? other.load() < chosen.load() : other.isConnected();
    }

    private Waiter waiter(Command command, List<String> arguments,
            UniEmitter<? super @Nullable Response> emitter) {
        Request request = Request.cmd(command);
        long size = 0;
        for (String argument : arguments) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            size += bytes.length;
            request.arg(bytes);
        }
        traffic.sent(size);
        return new Waiter(request, emitter);
    }

    /** Somebody who waits for an answer and gets one thing, once: the answer, a failure, or the end of the time. */
    private final class Waiter extends Call {
        private final UniEmitter<? super @Nullable Response> emitter;
        private final AtomicBoolean over = new AtomicBoolean();

        Waiter(Request request, UniEmitter<? super @Nullable Response> emitter) {
            super(request);
            this.emitter = emitter;
        }

        @Override
        void answer(@Nullable Response response) {
            if (end()) {
                traffic.received(response);
                emitter.complete(response);
            }
        }

        @Override
        void fail(Throwable cause) {
            if (RedisFailures.isOfAnotherRank(cause)) {
                lanes.forEach(lane -> lane.dropBegunBefore(sentNanos()));
            }
            if (end()) {
                emitter.fail(cause);
            }
        }

        private boolean end() {
            return over.compareAndSet(false, true);
        }

        @Override
        void timeIsUp() {
            if (over.compareAndSet(false, true)) {
                giveUp();
                emitter.fail(RedisFailures.timedOut());
            }
        }
    }
}

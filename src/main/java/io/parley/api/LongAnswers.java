package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.session.ReadRoom;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers that may be long. Before Parley reads a long answer, it takes room in memory. A worker thread makes the JSON,
 * and the answer keeps its room until the client has read it. A short answer, as most are, takes none of these steps.
 */
@Singleton
final class LongAnswers {
    private static final long MILLIS = 1_000;
    private final AnswerMemory memory;
    /** A memory of its own for lists, so that clients that read long histories do not keep other clients from their lists. */
    private final AnswerMemory reserved;
    private final Duration pause;
    private final long rate;
    private final Vertx vertx;

    LongAnswers(Limits limits, SseConfig config, Vertx vertx) {
        this.memory = AnswerMemory.of(vertx, limits);
        this.reserved = AnswerMemory.of(vertx, limits);
        this.pause = config.writeLimit();
        this.rate = Math.max(1, limits.answersRate().asLongValue());
        this.vertx = vertx;
    }

    /**
     * Reads a value and answers with it.
     *
     * @param read reads the value, and asks the given room before it reads long data
     * @param bytes returns the approximate stored length of the value
     * @param make makes the answer; runs on a worker thread if the value is long
     * @return null once a long answer has been sent
     */
    <T> Uni<@Nullable Response> answer(Call call, Function<ReadRoom, Uni<T>> read, ToLongFunction<T> bytes,
            Function<T, Response> make) {
        return answer(memory, call, read, bytes, make);
    }

    /**
     * Does the same for a value whose length is known only after reading. It takes room from the memory for lists.
     *
     * @param read reads the value, and asks the given room for the usual length before it reads anything
     */
    <T> Uni<@Nullable Response> answerFromReserve(Call call, Function<ReadRoom, Uni<T>> read, ToLongFunction<T> bytes,
            Function<T, Response> make) {
        return answer(reserved, call, read, bytes, make);
    }

    private <T> Uni<@Nullable Response> answer(AnswerMemory from, Call call, Function<ReadRoom, Uni<T>> read,
            ToLongFunction<T> bytes, Function<T, Response> make) {
        return Uni.createFrom().deferred(() -> {
            AnswerMemory.Reservation room = from.open();
            // The value that was read must not stay in memory while the answer is being sent.
            return Severed.from(read.apply(room).chain(found -> made(found, bytes.applyAsLong(found), make, room)))
                    .chain(made -> sent(call, made, room))
                    .onTermination().invoke(room::close);
        });
    }

    /** An answer, and its encoded bytes if it is long. */
    private record Made(Response answer, @Nullable Buffer body) {}

    private <T> Uni<Made> made(T found, long bytes, Function<T, Response> make, AnswerMemory.Reservation room) {
        if (bytes <= ReadRoom.SHORT) {
            return Uni.createFrom().item(() -> new Made(make.apply(found), null));
        }
        room.make(bytes);
        Context context = vertx.getOrCreateContext();
        return Uni.createFrom().item(() -> encoded(make.apply(found)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> context.runOnContext(_ -> task.run()));
    }

    private static Made encoded(Response answer) {
        return new Made(answer, switch (answer.getEntity()) {
            case String json -> Buffer.buffer(json.getBytes(StandardCharsets.UTF_8));
            case byte[] bytes -> Buffer.buffer(bytes);
            case null, default -> null;
        });
    }

    private Uni<@Nullable Response> sent(Call call, Made made, AnswerMemory.Reservation room) {
        Buffer body = made.body();
        if (body == null || call.request().method() == HttpMethod.HEAD) {
            return Uni.createFrom().item(made.answer());
        }
        room.send(body.length());
        return new LongAnswer(vertx, call.request(), body, patience(body)).send(made.answer())
                .replaceWith((Response) null);
    }

    private LongAnswer.Patience patience(Buffer body) {
        Duration atLeast = Duration.ofMillis(MILLIS * body.length() / rate);
        return new LongAnswer.Patience(pause, atLeast.compareTo(pause) > 0 ? atLeast : pause);
    }
}

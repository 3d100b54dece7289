package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Failure;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.sse.SseEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls whose answer is one JSON object and no stream, over the same connections and with the same judgement of errors. */
@Singleton
public final class JsonCalls {
    /** Whoever asks for a longer pause is not asked again. */
    private static final Duration MOST_PAUSE = Duration.ofSeconds(2);

    private final ProviderHttp http;
    private final UpstreamConfig config;

    /** Calls over this client. */
    public JsonCalls(ProviderHttp http, UpstreamConfig config) {
        this.http = http;
        this.config = config;
    }

    /**
     * Posts a request, and once more if it failed in a way that may pass. Nothing is sent before the subscription;
     * cancelling it closes the connection.
     *
     * @param limit longest time of both attempts
     * @param reading understands the answer, on a worker thread; what it throws fails the attempt
     * @return what was read, on any thread, or {@link Failure.Provider} or {@link Failure.Unavailable}
     */
    public <T> Uni<T> post(ProviderRequest request, Duration limit, Function<JsonNode, T> reading) {
        Uni<T> attempt = attempt(wantingJson(request), reading);
        return attempt
                .onFailure(Failure.Provider.class).recoverWithUni(failure -> again(attempt, (Failure.Provider) failure))
                .ifNoItem().after(limit).failWith(ErrorClass.TIMEOUT::failure);
    }

    private static ProviderRequest wantingJson(ProviderRequest request) {
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.put("accept", "application/json");
        return new ProviderRequest(request.url(), headers, request.body());
    }

    private <T> Uni<T> attempt(ProviderRequest request, Function<JsonNode, T> reading) {
        return Uni.createFrom().deferred(() -> {
            Whole answer = new Whole();
            return Uni.createFrom().<Void> emitter(end -> {
                Cancellable running = http.post(request, () -> answer, new EndListener(end));
                end.onTermination(running::cancel);
            })
                    .emitOn(Infrastructure.getDefaultWorkerPool())
                    .map(_ -> reading.apply(answer.json()));
        });
    }

    private <T> Uni<T> again(Uni<T> attempt, Failure.Provider failure) {
        Duration asked = failure.retryAfter();
        Duration pause = asked != null ? asked
                : Duration.ofMillis(ThreadLocalRandom.current().nextLong(config.backoff().toMillis() + 1));
        if (!failure.retryable() || pause.compareTo(MOST_PAUSE) > 0) {
            return Uni.createFrom().failure(failure);
        }
        return Uni.createFrom().voidItem().onItem().delayIt().by(pause.plusMillis(1)).chain(() -> attempt);
    }

    /** Waits for the end; the reader keeps the answer. */
    private record EndListener(UniEmitter<? super Void> end) implements ReplyListener {

        @Override
        public void onEvent(ReplyEvent event) {
            // There is one event, and it says only that the answer is whole.
        }

        @Override
        public void onCompletion() {
            end.complete(null);
        }

        @Override
        public void onFailure(Throwable failure) {
            end.fail(failure);
        }
    }

    /** Keeps the text as it comes: one with thousands of numbers is not parsed on the event loop. */
    private static final class Whole implements ReplyReader {
        private volatile @Nullable String text;

        JsonNode json() {
            String all = text;
            JsonNode answer = WireJson.parse(all == null ? "" : all);
            if (!answer.isObject()) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
            return answer;
        }

        @Override
        public void read(SseEvent event, ReplySink sink) {
            throw ErrorClass.NOT_THE_API.failure();
        }

        @Override
        public void readWhole(String answer, ReplySink sink) {
            text = answer;
        }

        @Override
        public void readWhole(JsonNode answer, ReplySink sink) {
            text = WireJson.write(answer);
        }

        @Override
        public boolean isFinished() {
            return text != null;
        }

        @Override
        public boolean isEnded() {
            return isFinished();
        }

        @Override
        public Finished finish(ReplySink sink) {
            return new Finished(FinishReason.STOP, "stop", null, null);
        }

        @Override
        public @Nullable String responseId() {
            return null;
        }
    }
}

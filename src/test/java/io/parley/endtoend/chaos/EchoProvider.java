package io.parley.endtoend.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.testing.ChatClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider in OpenAI's format that answers as {@link Echo} says, piece by piece, and records each call. */
final class EchoProvider implements AutoCloseable {
    private static final long PACE_MILLIS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server = vertx
            .createHttpServer(new HttpServerOptions().setPort(0).setHost("127.0.0.1").setTcpNoDelay(true));
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, Call> calls = new ConcurrentSkipListMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /**
     * One call.
     *
     * @param input name of what was to be answered
     * @param planned the whole reply
     * @param said how many pieces of it were sent at least begun to be sent
     */
    record Call(String input, List<String> planned, AtomicInteger said) {

        /** All that can have been heard of it. */
        String text() {
            return String.join("", planned.subList(0, said.get()));
        }

        /** Whether it was said to its end. */
        boolean whole() {
            return said.get() == planned.size();
        }
    }

    EchoProvider() {
        server.requestHandler(this::answer).listen().toCompletionStage().toCompletableFuture().join();
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    /** What it was asked, by number. */
    Map<Integer, Call> calls() {
        return Map.copyOf(calls);
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.exceptionHandler(_ -> {
        });
        request.bodyHandler(body -> {
            String text = lastInput(ChatClient.parse(body.toString()).get("messages"));
            String input = Echo.input(text);
            if (Echo.isRefusedOnce(text) && refused.add(input)) {
                response.setStatusCode(400).putHeader("content-type", "application/json")
                        .end("{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}");
                return;
            }
            int number = numbers.incrementAndGet();
            Call call = new Call(input, Echo.pieces(number, text), new AtomicInteger());
            calls.put(number, call);
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            say(response, call, Echo.cutAfter(text));
        });
    }

    private static String lastInput(JsonNode messages) {
        JsonNode content = messages.get(messages.size() - 1).get("content");
        return content.isTextual() ? content.asText() : content.toString();
    }

    private void say(HttpServerResponse response, Call call, int cutAfter) {
        vertx.setTimer(PACE_MILLIS, _ -> {
            if (response.closed()) {
                return;
            }
            int piece = call.said().get();
            if (piece == cutAfter) {
                response.reset();
            } else if (call.whole()) {
                response.end(Buffer.buffer(chunk("{}", "\"stop\"") + "data: [DONE]\n\n"));
            } else {
                call.said().incrementAndGet();
                response.write(chunk("{\"content\":" + JSON.valueToTree(call.planned().get(piece)) + "}", "null"));
                say(response, call, cutAfter);
            }
        });
    }

    private static String chunk(String delta, String reason) {
        return "data: {\"id\":\"chatcmpl-echo\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":" + reason + "}]}\n\n";
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A connection to a browser, or to one tab of it, in the protocol of its developer tools. */
final class DevTools implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_SECONDS = 60;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger last = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final Consumer<JsonNode> events;
    private final WebSocket socket;

    /** @param events gets every event, {@code {"method":…,"params":…}}, on a thread of the connection */
    DevTools(URI uri, Consumer<JsonNode> events) {
        this.events = events;
        this.socket = http.newWebSocketBuilder().buildAsync(uri, new Listener()).orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Sends a command, with names and values of its parameters in turn, and waits for its result. */
    @CanIgnoreReturnValue
    JsonNode send(String method, Object... parameters) {
        ObjectNode named = JSON.createObjectNode();
        for (int i = 0; i < parameters.length; i += 2) {
            named.set((String) parameters[i], JSON.valueToTree(parameters[i + 1]));
        }
        int id = last.incrementAndGet();
        CompletableFuture<JsonNode> result = new CompletableFuture<>();
        waiting.put(id, result);
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", named);
        socket.sendText(command.toString(), true).join();
        return result.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private void take(JsonNode message) {
        CompletableFuture<JsonNode> result = message.has("id") ? waiting.remove(message.get("id").asInt()) : null;
        if (result == null) {
            events.accept(message);
        } else if (message.has("error")) {
            result.completeExceptionally(new IllegalStateException(message.get("error").toString()));
        } else {
            result.complete(message.get("result"));
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
            text.append(part);
            if (whole) {
                JsonNode message = ChatClient.parse(text.toString());
                text.setLength(0);
                take(message);
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            fail(error);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            fail(new IllegalStateException("the browser has closed the connection"));
            return null;
        }

        private void fail(Throwable error) {
            waiting.values().forEach(result -> result.completeExceptionally(error));
        }
    }
}

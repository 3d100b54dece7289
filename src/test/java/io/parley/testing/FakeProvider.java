package io.parley.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * A provider that says what a test tells it to, over a real socket on a free port, in OpenAI's and in Anthropic's format.
 * It records what it was asked and who left before the end.
 *
 * <pre>
 * try (FakeProvider provider = FakeProvider.start()) {
 *     provider.then(FakeReply.status(503).body("{}"), FakeReply.saying("Hel", "lo"));
 *     // point parley.providers.&lt;name&gt;.base-url at provider.openAiUrl() and talk
 *     assertThat(provider.awaitCalls(2).getLast().json().at("/messages/0/content").asText()).isEqualTo("Hi");
 * }
 * </pre>
 */
public final class FakeProvider implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Queue<FakeReply> replies = new ConcurrentLinkedQueue<>();
    private final List<FakeCall> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger aborted = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile FakeReply otherwise = FakeReply.saying("Hello", "!");
    private volatile Strictness strictness = _ -> Optional.empty();

    private FakeProvider(HttpServerOptions options) {
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    connections.incrementAndGet();
                    connection.exceptionHandler(_ -> {
                    });
                })
                .requestHandler(this::answer);
    }

    /** A listening provider. Until told otherwise it answers everything with "Hello!". */
    public static FakeProvider start() {
        return start(new HttpServerOptions());
    }

    /** As {@link #start()}, with TLS or whatever else the options say. */
    public static FakeProvider start(HttpServerOptions options) {
        FakeProvider provider = new FakeProvider(options.setPort(0).setHost("127.0.0.1").setTcpNoDelay(true));
        provider.server.listen().toCompletionStage().toCompletableFuture().join();
        return provider;
    }

    /** The next answers, one for each request, in this order. */
    @CanIgnoreReturnValue
    public FakeProvider then(FakeReply... next) {
        replies.addAll(List.of(next));
        return this;
    }

    /** The answer to every request for which none of {@link #then} is left. */
    @CanIgnoreReturnValue
    public FakeProvider always(FakeReply reply) {
        otherwise = reply;
        return this;
    }

    /** Refuses with 400 each request that breaks these rules, without using a reply of {@link #then}. */
    @CanIgnoreReturnValue
    public FakeProvider strict(Strictness rules) {
        strictness = rules;
        return this;
    }

    /** The base URL for the protocol {@code openai}. */
    public URI openAiUrl() {
        return URI.create("http://127.0.0.1:" + port() + "/v1");
    }

    /** The base URL for the protocol {@code anthropic}. */
    public URI anthropicUrl() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** What it was asked so far. */
    public List<FakeCall> calls() {
        return List.copyOf(calls);
    }

    /** Blocks until it was asked so often, and returns {@link #calls}. */
    @CanIgnoreReturnValue
    public List<FakeCall> awaitCalls(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> calls.size() >= count);
        return calls();
    }

    /** How many clients left, or were cut off, before their answer had ended. */
    public int aborted() {
        return aborted.get();
    }

    /** Blocks until so many clients have left before the end. */
    public void awaitAborted(int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> aborted.get() >= count);
    }

    /** How many connections were opened so far. */
    public int connections() {
        return connections.get();
    }

    /** Forgets calls, counts and answers; for tests that share one provider. */
    public void reset() {
        replies.clear();
        calls.clear();
        aborted.set(0);
        connections.set(0);
        otherwise = FakeReply.saying("Hello", "!");
        strictness = _ -> Optional.empty();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request) {
        request.bodyHandler(body -> {
            FakeCall call = recorded(request, body);
            calls.add(call);
            FakeReply next = strictness.refusal(call).map(FakeProvider::refused).orElseGet(replies::poll);
            HttpServerResponse response = request.response();
            response.exceptionHandler(_ -> {
            });
            response.closeHandler(_ -> {
                if (!response.ended()) {
                    aborted.incrementAndGet();
                }
            });
            new Play(next == null ? otherwise : next, request).go(0);
        });
    }

    private static FakeReply refused(String why) {
        return FakeReply.status(400).body("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\""
                + why.replace("\"", "'") + "\"}}");
    }

    private static FakeCall recorded(HttpServerRequest request, Buffer body) {
        Map<String, String> headers = new TreeMap<>();
        request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new FakeCall(request.method().name(), request.uri(), headers, body.toString());
    }

    /** One reply on its way. */
    private final class Play {
        private final FakeReply reply;
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final FakeWire wire;
        private final Context context = vertx.getOrCreateContext();

        Play(FakeReply reply, HttpServerRequest request) {
            this.reply = reply;
            this.request = request;
            this.response = request.response();
            this.wire = FakeWire.of(request.path());
        }

        void go(int from) {
            for (int i = from; i < reply.steps.size() && !response.closed(); i++) {
                FakeReply.Step step = reply.steps.get(i);
                if (step instanceof FakeReply.Step.Wait wait) {
                    int next = i + 1;
                    wait.gate().arrive().onComplete(_ -> context.runOnContext(_ -> go(next)));
                    return;
                }
                head();
                play(step);
            }
        }

        private void head() {
            if (!response.headWritten()) {
                response.setStatusCode(reply.status).setChunked(!reply.headers.containsKey("content-length"));
                reply.headers.forEach(response::putHeader);
            }
        }

        private void play(FakeReply.Step step) {
            switch (step) {
                case FakeReply.Step.Write write -> response.write(Buffer.buffer(write.bytes().apply(wire)));
                case FakeReply.Step.End _ -> response.end();
                case FakeReply.Step.Reset _ -> reset();
                case FakeReply.Step.Hang _ -> response.write(Buffer.buffer());
                case FakeReply.Step.Wait _ -> throw new AssertionError("handled before");
            }
        }

        private void reset() {
            Channel channel = ((ConnectionBase) request.connection()).channel();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}

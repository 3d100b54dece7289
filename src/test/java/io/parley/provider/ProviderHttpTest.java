package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Generation;
import io.parley.conversation.ReplyEvent;
import io.parley.provider.openai.OpenAiChatProvider;
import io.parley.testing.Configs;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the client does beside what every provider's contract asks: TLS and HTTP/2. */
class ProviderHttpTest {
    private static final String PASSWORD = "password";
    private static final long INTERNAL_ERROR = 2;
    private static final String HEL = "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n";
    private static final String LO = "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: [DONE]\n\n";
    @TempDir
    private static Path folder;

    private final Vertx vertx = Vertx.vertx();
    private ProviderHttp http;

    @BeforeEach
    void start() {
        http = new ProviderHttp(vertx, Configs.of(UpstreamConfig.class, Map.of()), Configs.of(ReplyLimit.class, Map.of()),
                ProviderParts.CLOCK, new Pictures(), certificate());
    }

    @BeforeAll
    static void make_a_certificate() throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=DNS:localhost,IP:127.0.0.1",
                "-storetype", "PKCS12", "-keystore", folder.resolve("keys.p12").toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(keytool.waitFor()).isZero();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shares_one_http2_connection_where_it_is_offered() {
        try (FakeProvider fake = FakeProvider.start(tls().setUseAlpn(true))) {
            Gate gate = new Gate();
            fake.then(FakeReply.stream().waitFor(gate).text("one").finish(), FakeReply.saying("two"));
            ReplyRecorder first = subscribe(fake);
            gate.awaitReached();
            assertThat(Reply.of(stream(fake)).text()).isEqualTo("two");
            gate.open();
            assertThat(Reply.of(first).text()).isEqualTo("one");
            assertThat(fake.connections()).isEqualTo(1);
        }
    }

    @Test
    void cancelling_resets_one_stream_and_leaves_the_connection_to_the_others() {
        try (FakeProvider fake = FakeProvider.start(tls().setUseAlpn(true))) {
            fake.then(FakeReply.stream().text("Hel").hang());
            ReplyRecorder first = subscribe(fake);
            Awaitility.await().until(() -> first.events().contains(new ReplyEvent.Text("Hel")));
            first.cancel();
            fake.awaitAborted(1);
            assertThat(Reply.of(stream(fake)).text()).isEqualTo("Hello!");
            assertThat(fake.connections()).isEqualTo(1);
        }
    }

    @Test
    void takes_http1_where_nothing_else_is_offered() {
        try (FakeProvider fake = FakeProvider.start(tls().setUseAlpn(false))) {
            assertThat(Reply.of(stream(fake)).text()).isEqualTo("Hello!");
        }
    }

    @Test
    void a_server_that_gives_up_its_connection_in_the_middle_leaves_a_truncated_reply() {
        HttpServer server = serve(request -> request.response().setChunked(true).putHeader("content-type", "text/event-stream")
                .write(HEL).onSuccess(_ -> {
                    request.connection().goAway(INTERNAL_ERROR, 0);
                    request.connection().close();
                }));
        Reply reply = Reply.of(stream(server.actualPort(), Calls.hello()));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @Test
    void a_server_that_only_takes_no_more_calls_on_a_connection_finishes_those_it_has() {
        HttpServer server = serve(request -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream").write(HEL)
                    .onSuccess(_ -> request.connection().goAway(0, Integer.MAX_VALUE));
            vertx.setTimer(50, _ -> request.response().end(LO));
        });
        for (int i = 0; i < 2; i++) {
            assertThat(Reply.of(stream(server.actualPort(), Calls.hello())).text()).isEqualTo("Hello");
        }
    }

    private HttpServer serve(Handler<HttpServerRequest> answer) {
        return vertx.createHttpServer(tls().setUseAlpn(true).setHost("127.0.0.1").setPort(0)).requestHandler(answer).listen()
                .toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_unreachable() {
        try (FakeProvider fake = FakeProvider.start(tls()); ProviderParts parts = ProviderParts.start(Map.of())) {
            Reply reply = Reply.of(parts.stream("openai", secure(fake.port()), Calls.hello()));
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_UNREACHABLE);
        }
    }

    @Test
    void a_server_that_hangs_in_the_handshake_is_late() throws IOException {
        try (ServerSocket deaf = new ServerSocket(0);
                ProviderParts parts = ProviderParts.start(Map.of("parley.upstream.connect", "PT0.3S"))) {
            Reply reply = Reply.of(parts.stream("openai", secure(deaf.getLocalPort()), Calls.hello()));
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        }
    }

    private static ChatCall large() {
        return Calls.of(null, Generation.UNDECIDED, Calls.user(new Content.Text("x".repeat(300_000))));
    }

    @Test
    void a_call_that_is_given_up_while_it_is_rendered_is_not_sent() {
        try (FakeProvider fake = FakeProvider.start(tls().setUseAlpn(true))) {
            CountDownLatch given = new CountDownLatch(1);
            CompletableFuture<Void> rendered = new CompletableFuture<>();
            AtomicBoolean begun = new AtomicBoolean();
            ReplySource source = listener -> http.post(large(), rendering(() -> {
                await(given);
                rendered.complete(null);
                return new ProviderRequest(secure(fake.port()), Map.of(), Buffer.buffer("{}"));
            }), () -> {
                begun.set(true);
                throw new AssertionError("nothing is read");
            }, listener);
            source.record().cancel();
            given.countDown();
            rendered.join();

            assertThat(Reply.of(stream(fake, large())).text()).isEqualTo("Hello!");
            assertThat(fake.calls()).hasSize(1);
            assertThat(begun).isFalse();
        }
    }

    @Test
    void a_large_call_that_cannot_begin_fails_as_a_small_one_does() {
        for (ChatCall call : List.of(large(), Calls.hello())) {
            Reply reply = Reply.of(listener -> http.post(call,
                    rendering(() -> new ProviderRequest(URI.create("https://localhost"), Map.of(), Buffer.buffer("{}"))),
                    () -> {
                        throw new IllegalStateException("no reader");
                    }, listener));
            assertThat(reply.problem()).get().isInstanceOf(IllegalStateException.class)
                    .asInstanceOf(InstanceOfAssertFactories.THROWABLE).hasMessage("no reader");
        }
    }

    private static Rendering rendering(Supplier<ProviderRequest> request) {
        return new Rendering(() -> new WireHistory(List.of(), List.of()), HardPictureLimits.STRICTEST, _ -> request.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_large_call_is_rendered_off_the_event_loop_and_a_small_one_on_it() {
        ChatCall large = large();
        assertThat(isRenderedOnTheEventLoop(large)).isFalse();
        assertThat(isRenderedOnTheEventLoop(Calls.hello())).isTrue();
        try (FakeProvider fake = FakeProvider.start(tls().setUseAlpn(true))) {
            assertThat(Reply.of(stream(fake, large)).text()).isEqualTo("Hello!");
        }
    }

    private boolean isRenderedOnTheEventLoop(ChatCall call) {
        CompletableFuture<Boolean> onEventLoop = new CompletableFuture<>();
        ReplySource reply = listener -> http.post(call, rendering(() -> {
            onEventLoop.complete(Context.isOnEventLoopThread());
            throw ErrorClass.UNREACHABLE.failure();
        }), () -> {
            throw new AssertionError("nothing is sent");
        }, listener);
        ContextRecorder heard = new ContextRecorder();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(_ -> heard.listenTo(reply));
        assertThat(heard.contexts()).containsExactly(context);
        return onEventLoop.join();
    }

    private static HttpServerOptions tls() {
        return new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate());
    }

    private static PfxOptions certificate() {
        return new PfxOptions().setPath(folder.resolve("keys.p12").toString()).setPassword(PASSWORD);
    }

    private ReplyRecorder subscribe(FakeProvider fake) {
        return stream(fake).record();
    }

    private ReplySource stream(FakeProvider fake) {
        return stream(fake, Calls.hello());
    }

    private ReplySource stream(FakeProvider fake, ChatCall call) {
        return stream(fake.port(), call);
    }

    private ReplySource stream(int port, ChatCall call) {
        return listener -> new OpenAiChatProvider(http).stream(
                ProviderParts.endpoint("openai", secure(port), Map.of()), call, listener);
    }

    private static URI secure(int port) {
        return URI.create("https://localhost:" + port + "/v1");
    }
}

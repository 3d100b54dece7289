package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.FailureCode;
import io.parley.provider.openai.OpenAiChatProvider;
import io.parley.testing.Configs;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.spi.resolver.ResolverProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a network and a server that floods or pings for ever can do to a call. */
class ProviderNetworkTest {
    private static final byte NO_SUCH_NAME = 3;
    private static final String PING = ": keep-alive\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n";
    private static final String HI = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n"
            + "data: [DONE]\n\n";
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_name_that_does_not_exist_is_unreachable() throws IOException {
        try (DatagramSocket names = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> denyAll(names));
            assertThat(askAtAName(names.getLocalPort(), "PT10S").failure().code())
                    .isEqualTo(FailureCode.PROVIDER_UNREACHABLE);
        }
    }

    @Test
    void a_name_server_that_does_not_answer_takes_no_longer_than_a_connection_may() throws IOException {
        try (DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(askAtAName(deaf.getLocalPort(), "PT0.3S").failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        }
    }

    private static Reply askAtAName(int nameServer, String connect) {
        AddressResolverOptions resolver = new AddressResolverOptions().addServer("127.0.0.1:" + nameServer)
                .setSearchDomains(List.of()).setQueryTimeout(60_000);
        Vertx resolving = asking(resolver);
        try {
            UpstreamConfig config = Configs.of(UpstreamConfig.class, Map.of("parley.upstream.connect", connect));
            ProviderHttp http = new ProviderHttp(resolving, config, Configs.of(ReplyLimit.class, Map.of()),
                    ProviderParts.CLOCK, new Pictures());
            return Reply.of(listener -> new OpenAiChatProvider(http).stream(
                    ProviderParts.endpoint("openai", URI.create("http://provider.example/v1"), Map.of()), Calls.hello(),
                    listener));
        } finally {
            resolving.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** Quarkus, once it has run in this JVM, has every later Vert.x ask the JVM for names, and so not the given server. */
    private static Vertx asking(AddressResolverOptions resolver) {
        String others = System.clearProperty(ResolverProvider.DISABLE_DNS_RESOLVER_PROP_NAME);
        try {
            return Vertx.vertx(new VertxOptions().setAddressResolverOptions(resolver));
        } finally {
            if (others != null) {
                System.setProperty(ResolverProvider.DISABLE_DNS_RESOLVER_PROP_NAME, others);
            }
        }
    }

    /** A name server that knows no name. */
    private static void denyAll(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        try {
            while (true) {
                socket.receive(packet);
                packet.getData()[2] = (byte) 0x81;
                packet.getData()[3] = (byte) (0x80 | NO_SUCH_NAME);
                socket.send(packet);
            }
        } catch (SocketException e) {
            assertThat(socket.isClosed()).isTrue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "anthropic" })
    void pings_for_ever_are_no_content_for_ever(String protocol) {
        HttpServer server = serve(response -> vertx.setPeriodic(10, timer -> write(response, timer, PING)));
        try (ProviderParts parts = ProviderParts.start(Map.of("parley.upstream.alive-without-content", "PT0.4S"))) {
            Reply reply = Reply.of(parts.stream(protocol, url(server), Calls.hello()));
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { PING, "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":null}}]}\n\n", "data: {\"choices\":[]}\n\n", ":\n\n", "\n" })
    void a_provider_that_shows_life_is_not_silent(String life) {
        HttpServer server = serve(response -> {
            vertx.setPeriodic(20, timer -> write(response, timer, life));
            vertx.setTimer(900, _ -> response.write(HI).onFailure(_ -> response.reset()));
        });
        try (ProviderParts parts = ProviderParts.start(
                Map.of("parley.upstream.first-content", "PT0.6S", "parley.upstream.between-contents", "PT0.6S"))) {
            assertThat(Reply.of(parts.stream("openai", url(server), Calls.hello())).text()).isEqualTo("Hi");
        }
    }

    @Test
    void after_some_content_too_life_without_content_ends() {
        HttpServer server = serve(response -> {
            response.write("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n").onFailure(_ -> response.reset());
            vertx.setPeriodic(10, timer -> write(response, timer, PING));
        });
        try (ProviderParts parts = ProviderParts.start(Map.of("parley.upstream.alive-without-content", "PT0.4S",
                "parley.upstream.between-contents", "PT0.2S"))) {
            Reply reply = Reply.of(parts.stream("openai", url(server), Calls.hello()));
            assertThat(reply.text()).isEqualTo("Hel");
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
            assertThat(reply.failure().answered()).isTrue();
        }
    }

    private static void write(HttpServerResponse response, long timer, String text) {
        if (response.closed()) {
            assertThat(Vertx.currentContext().owner().cancelTimer(timer)).isTrue();
        } else {
            response.write(text).onFailure(_ -> response.reset());
        }
    }

    @Test
    void an_endless_line_is_read_no_further_than_an_event_may_be_long() {
        AtomicLong sent = new AtomicLong();
        HttpServer server = serve(response -> flood(response, "data: " + "x".repeat(60_000), sent));
        try (ProviderParts parts = ProviderParts.start(Map.of("parley.upstream.max-event-bytes", "1000000"))) {
            Reply reply = Reply.of(parts.stream("openai", url(server), Calls.hello()));
            assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        }
        assertThat(sent).as("and what is on the way").hasValueLessThan(50_000_000);
    }

    /** Writes as fast as it is read, for ever. */
    private static void flood(HttpServerResponse response, String text, AtomicLong sent) {
        while (!response.closed() && !response.writeQueueFull()) {
            sent.addAndGet(text.length());
            response.write(text).onFailure(_ -> response.reset());
        }
        response.drainHandler(_ -> flood(response, text, sent));
    }

    @Test
    void one_event_of_five_megabytes_is_read_whole() {
        String large = "0123456789".repeat(500_000);
        try (FakeProvider fake = FakeProvider.start();
                ProviderParts parts = ProviderParts.start(Map.of("parley.limits.reply", "8000000"))) {
            fake.then(FakeReply.saying(large));
            assertThat(Reply.of(parts.stream("openai", fake.openAiUrl(), Calls.hello())).text()).isEqualTo(large);
        }
    }

    @Test
    void a_redirect_to_another_host_is_not_followed() {
        try (FakeProvider fake = FakeProvider.start();
                FakeProvider other = FakeProvider.start();
                ProviderParts parts = ProviderParts.start(Map.of())) {
            for (int status : List.of(301, 302, 303, 307, 308)) {
                fake.then(FakeReply.status(status).header("location", other.openAiUrl() + "/chat/completions").end());
                assertThat(Reply.of(parts.stream("openai", fake.openAiUrl(), Calls.hello())).failure().code())
                        .isEqualTo(FailureCode.PROVIDER_PROTOCOL);
            }
            assertThat(other.connections()).isZero();
        }
    }

    private HttpServer serve(Consumer<HttpServerResponse> answer) {
        return vertx.createHttpServer().requestHandler(request -> {
            HttpServerResponse response = request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            response.exceptionHandler(_ -> response.reset());
            answer.accept(response);
        }).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/v1");
    }
}

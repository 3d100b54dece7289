package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Usage;
import io.parley.provider.anthropic.AnthropicProvider;
import io.parley.provider.openai.OpenAiChatProvider;
import io.parley.sse.SseDecoder;
import io.parley.sse.SseEvent;
import io.parley.testing.FakeReply;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every recorded answer, cut in every way, gives exactly what its manifest expects. */
class WireFixtureTest extends WithFakeProvider {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RANDOM_CUTS = 20;
    /** All servers use the same framing, so the files of servers are cut less often. */
    private static final int RANDOM_CUTS_OF_SERVERS = 2;
    private static final int BYTE_BY_BYTE_UP_TO = 20_000;
    private static final Set<String> KNOWN = Set.of("outcome", "text", "textRepeat", "finish", "rawFinish", "usage",
            "toolCalls", "refusal", "reasoning", "responseId", "errorClass", "retryable", "retryAfterMs", "contextLimit",
            "promptTokens", "usagePartial", "sse", "inputTokens");

    @TestFactory
    Stream<DynamicContainer> every_fixture_gives_what_its_manifest_expects() throws IOException {
        JsonNode manifest = JSON.readTree(resource("manifest.json"));
        return StreamSupport.stream(manifest.path("fixtures").spliterator(), false).map(this::fixture);
    }

    private DynamicContainer fixture(JsonNode fixture) {
        byte[] body = resource(fixture.path("file").asText());
        Map<String, List<byte[]>> cuts = cuts(fixture, body);
        return DynamicContainer.dynamicContainer(fixture.path("file").asText(), cuts.entrySet().stream().map(
                cut -> DynamicTest.dynamicTest(cut.getKey(), () -> check(fixture, cut.getValue()))));
    }

    private static Map<String, List<byte[]>> cuts(JsonNode fixture, byte[] body) {
        Map<String, List<byte[]>> cuts = new LinkedHashMap<>();
        cuts.put("whole", pieces(body));
        int step = body.length <= BYTE_BY_BYTE_UP_TO ? 1 : 997;
        cuts.put("every " + step + " bytes", pieces(body, IntStream.iterate(step, at -> at < body.length, at -> at + step)
                .toArray()));
        fixture.path("splitAt").forEach(at -> cuts.put("cut at " + at, pieces(body, at.asInt())));
        int random = fixture.path("file").asText().startsWith("servers/") ? RANDOM_CUTS_OF_SERVERS : RANDOM_CUTS;
        for (int seed = 0; seed < random && body.length > 1; seed++) {
            int[] at = new Random(seed).ints(1 + seed, 1, body.length).sorted().distinct().toArray();
            cuts.put("random cuts " + seed, pieces(body, at));
        }
        return cuts;
    }

    private static List<byte[]> pieces(byte[] body, int... ends) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int end : ends) {
            pieces.add(Arrays.copyOfRange(body, from, end));
            from = end;
        }
        pieces.add(Arrays.copyOfRange(body, from, body.length));
        return pieces;
    }

    private static void check(JsonNode fixture, List<byte[]> pieces) {
        JsonNode expected = fixture.path("expect");
        assertThat(expected.fieldNames()).toIterable().isSubsetOf(KNOWN);
        Reply reply = play(fixture, pieces);
        if (expected.path("outcome").asText().equals("resource")) {
            checkResource(expected, pieces, reply);
            return;
        }
        checkSse(expected.path("sse"), pieces);
        checkContent(expected, reply);
        switch (expected.path("outcome").asText()) {
            case "complete" -> checkComplete(expected, reply);
            case "truncated", "error" -> checkError(expected, reply);
            default -> throw new AssertionError("unknown outcome");
        }
    }

    private static Reply play(JsonNode fixture, List<byte[]> pieces) {
        FakeReply answer = FakeReply.status(fixture.path("status").asInt());
        fixture.path("headers").properties().forEach(
                header -> answer.header(header.getKey(), header.getValue().asText()));
        pieces.stream().filter(piece -> piece.length > 0).forEach(answer::bytes);
        fake.then(answer.end());
        boolean anthropic = fixture.path("provider").asText().equals("anthropic");
        return anthropic
                ? Reply.of(parts.stream(AnthropicProvider.PROTOCOL, fake.anthropicUrl(), Calls.hello()))
                : Reply.of(parts.stream(OpenAiChatProvider.PROTOCOL, fake.openAiUrl(), Calls.hello()));
    }

    /** Not an answer to a call: understood as JSON, and never taken for a reply. */
    private static void checkResource(JsonNode expected, List<byte[]> pieces, Reply reply) {
        Buffer whole = Buffer.buffer();
        pieces.forEach(whole::appendBytes);
        assertThat(WireJson.parse(whole.toString()).path("input_tokens")).isEqualTo(expected.path("inputTokens"));
        assertThat(reply.failure().code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    private static void checkSse(JsonNode expected, List<byte[]> pieces) {
        if (expected.isMissingNode()) {
            return;
        }
        List<SseEvent> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, events::add);
        pieces.forEach(piece -> decoder.write(Buffer.buffer(piece)));
        assertThat(decoder.retry()).hasValue(expected.path("retry").asLong());
        assertThat(decoder.lastEventId()).isEqualTo(expected.path("lastEventId").asText());
    }

    private static void checkContent(JsonNode expected, Reply reply) {
        JsonNode repeat = expected.path("textRepeat");
        assertThat(reply.text()).isEqualTo(repeat.isArray() ? repeat.path(0).asText().repeat(repeat.path(1).asInt())
                : expected.path("text").asText());
        assertThat(reply.refusal()).isEqualTo(expected.path("refusal").asText());
        assertThat(reply.thinking()).isEqualTo(expected.path("reasoning").asText());
        List<String> calls = StreamSupport.stream(expected.path("toolCalls").spliterator(), false)
                .map(call -> call.path("id").asText() + " " + call.path("name").asText() + " "
                        + call.path("arguments").asText())
                .toList();
        assertThat(reply.toolCalls().stream().map(call -> call.id() + " " + call.name() + " " + call.arguments().text()))
                .isEqualTo(calls);
        if (expected.has("usagePartial")) {
            assertThat(reply.used().inputTokens()).isEqualTo(expected.path("usagePartial").path("input").asLong());
        }
    }

    private static void checkComplete(JsonNode expected, Reply reply) {
        assertThat(reply.problem()).isEmpty();
        assertThat(finish(reply)).isEqualTo(expected.path("finish").asText());
        assertThat(Optional.ofNullable(reply.finished().usage())).isEqualTo(usage(expected.path("usage")));
        if (expected.has("rawFinish")) {
            assertThat(reply.finished().rawReason()).isEqualTo(expected.path("rawFinish").asText());
        }
        if (expected.has("responseId")) {
            assertThat(reply.finished().responseId()).isEqualTo(expected.path("responseId").asText());
        }
    }

    /** Parley has no word of its own for a paused turn, as it offers no server tools: the raw reason tells. */
    private static String finish(Reply reply) {
        FinishReason reason = reply.finished().reason();
        return reason == FinishReason.UNKNOWN && reply.finished().rawReason().equals("pause_turn") ? "pause"
                : reason.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Usage> usage(JsonNode usage) {
        return usage.isNull() ? Optional.empty()
                : Optional.of(new Usage(usage.path("input").asLong(), usage.path("cacheRead").asLong(),
                        usage.path("cacheWrite").asLong(), usage.path("output").asLong(), usage.path("reasoning").asLong(),
                        false));
    }

    private static void checkError(JsonNode expected, Reply reply) {
        ErrorClass kind = ErrorClass.valueOf(expected.path("errorClass").asText());
        assertThat(reply.failure().code()).isEqualTo(kind.code());
        assertThat(reply.failure().detail()).isEqualTo(kind.sentence());
        assertThat(reply.failure().retryable()).isEqualTo(expected.path("retryable").asBoolean(kind.retryable()));
        Long wait = reply.failure().retryAfter() == null ? null : reply.failure().retryAfter().toMillis();
        assertThat(wait).isEqualTo(expected.has("retryAfterMs") ? expected.path("retryAfterMs").asLong() : null);
        if (expected.has("contextLimit")) {
            assertThat(reply.failure().contextLimit().limit()).isEqualTo(expected.path("contextLimit").asLong());
            assertThat(reply.failure().contextLimit().requested()).isEqualTo(expected.path("promptTokens").asLong());
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = WireFixtureTest.class.getResourceAsStream("/wire/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

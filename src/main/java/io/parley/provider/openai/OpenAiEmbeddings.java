package io.parley.provider.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.EmbeddingsConfig;
import io.parley.provider.Endpoint;
import io.parley.provider.Endpoints;
import io.parley.provider.JsonBody;
import io.parley.provider.JsonCalls;
import io.parley.provider.ProviderRequest;
import io.parley.provider.TextPieces;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The vectors of one configured provider and model. */
final class OpenAiEmbeddings implements Embeddings {
    private static final String DEFAULT_MODEL = "text-embedding-3-small";
    /**
     * Most bytes of a text that are sent. OpenAI takes 8,191 tokens a text, and no text has more tokens than bytes, so that a
     * text is never refused for its length.
     */
    static final int MOST_TEXT_BYTES = 8_000;
    /** Most texts of one request. */
    static final int MOST_TEXTS = 64;
    /** Most bytes of the texts of one request; OpenAI takes 300,000 tokens. */
    static final int MOST_REQUEST_BYTES = 256 * 1024;
    /** The average bytes of a token, for the usage if the provider reports none. */
    private static final int BYTES_OF_A_TOKEN = 4;
    /** Most requests at one time; more are refused. */
    static final int MOST_REQUESTS = 64;

    private final EmbeddingsConfig config;
    private final Endpoints endpoints;
    private final JsonCalls calls;
    private final String model;
    private final String space;
    private final AtomicInteger running = new AtomicInteger();

    OpenAiEmbeddings(EmbeddingsConfig config, Endpoints endpoints, JsonCalls calls) {
        this.config = config;
        this.endpoints = endpoints;
        this.calls = calls;
        this.model = config.model().map(String::strip).filter(name -> !name.isEmpty()).orElse(DEFAULT_MODEL);
        this.space = space(config.provider() + "/" + model, config.dimensions());
    }

    /** The full name where it is one of a space; else what can be kept of it and a number that tells it from others. */
    private static String space(String name, OptionalInt dimensions) {
        String full = dimensions.isPresent() ? name + "/" + dimensions.getAsInt() : name;
        if (SPACE.matcher(full).matches()) {
            return full;
        }
        String kept = full.replaceAll("[^A-Za-z0-9._/-]", "-");
        return kept.substring(0, Math.min(kept.length(), 80)) + "-" + HexFormat.of().formatHex(sha256(full), 0, 8);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    @Override
    public String space() {
        return space;
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public Uni<Void> warmUp() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Embedded> embed(List<String> texts, Purpose purpose) {
        return Multi.createFrom().iterable(batches(texts))
                .onItem().transformToUniAndConcatenate(this::bounded)
                .collect().asList()
                .map(this::joined);
    }

    /** Requests that are neither too many texts nor too many bytes. */
    private static List<List<String>> batches(List<String> texts) {
        List<List<String>> batches = new ArrayList<>();
        long bytes = 0;
        for (String text : texts) {
            String sent = TextPieces.prefix(text, MOST_TEXT_BYTES);
            long length = TextPieces.utf8Length(sent);
            if (batches.isEmpty() || bytes + length > MOST_REQUEST_BYTES || batches.getLast().size() == MOST_TEXTS) {
                batches.add(new ArrayList<>());
                bytes = 0;
            }
            batches.getLast().add(sent);
            bytes += length;
        }
        return batches;
    }

    private Uni<Embedded> bounded(List<String> texts) {
        return Uni.createFrom().deferred(() -> {
            if (running.incrementAndGet() > MOST_REQUESTS) {
                running.decrementAndGet();
                return Uni.createFrom().failure(new Failure.Unavailable(FailureCode.OVERLOADED,
                        "Too many texts are being embedded at the provider. Try again.", Duration.ofSeconds(1), null));
            }
            return calls.post(request(texts), config.timeout(), answer -> read(answer, texts))
                    .onTermination().invoke(running::decrementAndGet);
        });
    }

    private ProviderRequest request(List<String> texts) {
        Endpoint endpoint = endpoints.find(config.provider()).orElseThrow();
        return OpenAiQuirks.of(endpoint).request("embeddings", JsonBody.write(json -> {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeArrayFieldStart("input");
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
            json.writeStringField("encoding_format", "float");
            if (config.dimensions().isPresent()) {
                json.writeNumberField("dimensions", config.dimensions().getAsInt());
            }
            json.writeEndObject();
        }));
    }

    private Embedded read(JsonNode answer, List<String> texts) {
        OpenAiVectors vectors = new OpenAiVectors(texts.size(), config.dimensions());
        long told = OpenAiVectors.tokens(answer.path("usage"));
        return new Embedded(vectors.read(answer.path("data")), told > 0 ? told : tokens(texts), null, told == 0);
    }

    private static long tokens(List<String> texts) {
        return Math.ceilDiv(texts.stream().mapToLong(TextPieces::utf8Length).sum(), BYTES_OF_A_TOKEN);
    }

    private Embedded joined(List<Embedded> parts) {
        List<float[]> vectors = parts.stream().flatMap(part -> part.vectors().stream()).toList();
        long tokens = parts.stream().mapToLong(Embedded::tokens).sum();
        return new Embedded(vectors, tokens, cost(tokens), parts.stream().anyMatch(Embedded::estimated));
    }

    private @Nullable Cost cost(long tokens) {
        return config.price()
                .map(price -> price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6).stripTrailingZeros())
                .map(amount -> new Cost(amount.scale() < 0 ? amount.setScale(0) : amount, "USD"))
                .orElse(null);
    }
}

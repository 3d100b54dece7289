package io.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A provider's stream in the middle of a reply, as bytes: one token an event, over and over. */
public enum TokenStream {
    /** Chunks of some 170 bytes, as small servers send them. */
    OPENAI_SHORT {
        @Override
        List<String> events() {
            return Arrays.stream(WORDS.split("(?= )")).map(SHORT::formatted).toList();
        }
    },
    /** Chunks with all that OpenAI adds to them, as recorded. */
    OPENAI_RECORDED {
        @Override
        List<String> events() {
            return recorded("openai-chat/10-basic-usage.sse", "\"delta\":{\"content\":");
        }
    },
    /** As recorded. */
    ANTHROPIC_RECORDED {
        @Override
        List<String> events() {
            return recorded("anthropic/110-basic.sse", "\"text_delta\"");
        }
    };

    private static final String WORDS = " A log that is only ever added to can be read again from any place in it";
    private static final String SHORT = """
            data: {"id":"chatcmpl-8dKf","object":"chat.completion.chunk","created":1795000000,"model":"qwen3",\
            "choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}

            """;

    /** The different events of this stream, each with the empty line that ends it. */
    abstract List<String> events();

    private static List<String> recorded(String name, String part) {
        try (InputStream in = TokenStream.class.getResourceAsStream("/wire/" + name)) {
            return Arrays.stream(new String(in.readAllBytes(), UTF_8).split("\n\n"))
                    .filter(event -> event.contains(part)).map(event -> event + "\n\n").toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So many tokens, each with its event in a buffer of its own. */
    public List<Buffer> whole(int tokens) {
        List<String> events = events();
        return IntStream.range(0, tokens).mapToObj(i -> Buffer.buffer(events.get(i % events.size()))).toList();
    }

    /** So many tokens in as many buffers, cut where a network may cut them: anywhere, and always alike. */
    public List<Buffer> cut(int tokens) {
        Buffer all = Buffer.buffer();
        whole(tokens).forEach(all::appendBuffer);
        int[] ends = new Random(tokens).ints(1, all.length()).distinct().limit(tokens - 1L).sorted().toArray();
        List<Buffer> pieces = new ArrayList<>();
        int from = 0;
        for (int end : ends) {
            pieces.add(Buffer.buffer(all.getBytes(from, end)));
            from = end;
        }
        pieces.add(Buffer.buffer(all.getBytes(from, all.length())));
        return pieces;
    }
}

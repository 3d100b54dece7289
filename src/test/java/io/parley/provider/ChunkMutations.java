package io.parley.provider;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Makes streams of chunks that are mostly alike, with something odd now and then. */
public final class ChunkMutations {
    private static final int USUALLY = 6;
    /** Pieces that may stand in a string of JSON, and pieces that may not. */
    private static final List<String> PIECES = List.of("a", " keeps", "", "\\n", "\\\"", "\\\\", "\\/", "\\t\\r\\b\\f",
            "\\u00e9", "\\u4f60", "\\ud83d\\ude42", "\\ud83d", "\\ude42", "\\ud83dx", "\\ud83d\\n", "\\ud83d\\u0041", "\\ufffd",
            "\\u12", "\\uzzzz", "\\u+123", "\\q", "\\", "\"", utf8("ü"), utf8("你好"), utf8("🙂"), utf8("\uFFFD"), "\u0001", "\t",
            "\u007f", utf8("\u2028"), "{", "}", ",");
    /** Bytes that are no character, which readers of UTF-8 understand in different ways. */
    private static final List<String> NO_CHARACTERS = List.of("\u00C3", "\u0080", "\u00C0\u0080", "\u00ED\u00A0\u0080",
            "\u00ED\u00A0\u00BD\u00ED\u00B9\u0082", "\u00F0\u009F", "\u00F4\u0090\u0080\u0080", "\u00FF");

    private ChunkMutations() {
    }

    /**
     * Streams of chunks, each as a server sends it.
     *
     * @param type names the event of each chunk
     * @param end is the data of the last event
     * @param shapes chunks with {@code %s} where the text stands and {@code %p} where padding stands, the usual shape first
     */
    public static Arbitrary<List<Buffer>> streams(String type, String end, List<String> shapes) {
        return Combinators.combine(chunk(shapes), Mutation.any())
                .as((chunk, mutation) -> event(type, mutation.of(chunk)))
                .list().ofMinSize(2).ofMaxSize(6)
                .map(events -> Stream.concat(events.stream(), Stream.of(event(type, end.getBytes(StandardCharsets.UTF_8))))
                        .toList());
    }

    private static Buffer event(String type, byte[] data) {
        return Buffer.buffer("event: " + type + "\ndata: ").appendBytes(data).appendString("\n\n");
    }

    private static Arbitrary<byte[]> chunk(List<String> shapes) {
        Arbitrary<String> shape = Arbitraries.oneOf(Arbitraries.just(shapes.getFirst()), Arbitraries.of(shapes));
        Arbitrary<String> piece = Arbitraries.frequencyOf(Tuple.of(USUALLY, Arbitraries.of(PIECES)),
                Tuple.of(1, Arbitraries.of(NO_CHARACTERS)));
        Arbitrary<String> text = piece.list().ofMinSize(1).ofMaxSize(3).map(pieces -> String.join("", pieces));
        Arbitrary<String> padding = Arbitraries.frequencyOf(Tuple.of(USUALLY, Arbitraries.of("", "kPz", "0123456789")),
                Tuple.of(1, piece));
        return Combinators.combine(shape, text, padding).as((form, said, unsaid) -> form.replace("%s", said)
                .replace("%p", unsaid).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns a text of which each character stands for a byte of its UTF-8. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** A change of the bytes of a chunk. */
    private record Mutation(Kind kind, double where, byte what) {
        private enum Kind {
            NONE,
            REPLACE,
            INSERT,
            CUT,
            DOUBLE_PART
        }

        static Arbitrary<Mutation> any() {
            Arbitrary<Kind> kind = Arbitraries.frequencyOf(Tuple.of(USUALLY, Arbitraries.just(Kind.NONE)),
                    Tuple.of(2, Arbitraries.of(Kind.class)));
            Arbitrary<Byte> what = Arbitraries.oneOf(Arbitraries.bytes(), Arbitraries.of((byte) '"', (byte) '\\', (byte) '{',
                    (byte) '}', (byte) ',', (byte) ':', (byte) ' ', (byte) '0', (byte) '1', (byte) 0xC3, (byte) 0x80));
            return Combinators.combine(kind, Arbitraries.doubles().between(0, 1), what).as(Mutation::new);
        }

        byte[] of(byte[] chunk) {
            int at = (int) (where * (chunk.length - 1));
            return switch (kind) {
                case NONE -> chunk;
                case REPLACE -> joined(chunk, at, new byte[] { what }, at + 1);
                case INSERT -> joined(chunk, at, new byte[] { what }, at);
                case CUT -> joined(chunk, at, new byte[0], chunk.length);
                case DOUBLE_PART -> joined(chunk, chunk.length - 1, new byte[0], at);
            };
        }

        private static byte[] joined(byte[] chunk, int end, byte[] between, int begin) {
            byte[] joined = new byte[end + between.length + chunk.length - begin];
            System.arraycopy(chunk, 0, joined, 0, end);
            System.arraycopy(between, 0, joined, end, between.length);
            System.arraycopy(chunk, begin, joined, end + between.length, chunk.length - begin);
            return joined;
        }
    }
}

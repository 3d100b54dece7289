package io.parley.benchmark;

import io.parley.testing.TokenStream;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A provider's reply in pieces of HTTP, as a network brings them: as many pieces as tokens, over and over.
 *
 * @param wire the format of the provider
 * @param bytes of each piece, with the frame of a chunk of HTTP around them
 * @param whole how many events are whole once this piece has come
 */
record Pieces(Wire wire, List<byte[]> bytes, int[] whole) {
    /** How many bytes follow those of a chunk. */
    private static final int FRAME_END = 2;

    /** So many tokens, each in a piece of its own, or cut anywhere. */
    static Pieces of(TokenStream stream, boolean cut, int tokens) {
        List<byte[]> framed = new ArrayList<>();
        int[] whole = new int[tokens];
        int events = 0;
        byte last = 0;
        for (Buffer piece : cut ? stream.cut(tokens) : stream.whole(tokens)) {
            for (byte each : piece.getBytes()) {
                events += each == '\n' && last == '\n' ? 1 : 0;
                last = each;
            }
            whole[framed.size()] = events;
            framed.add(framed(piece));
        }
        return new Pieces(stream == TokenStream.ANTHROPIC_RECORDED ? Wire.ANTHROPIC : Wire.OPENAI, framed, whole);
    }

    private static byte[] framed(Buffer piece) {
        return Buffer.buffer(Integer.toHexString(piece.length())).appendString("\r\n").appendBuffer(piece).appendString("\r\n")
                .getBytes();
    }

    /** Returns the last events of a reply, and the end of the answer. */
    byte[] end() {
        return Buffer.buffer(framed(Buffer.buffer(wire.tail(whole[whole.length - 1])))).appendString("0\r\n\r\n").getBytes();
    }

    /** Returns the head of an answer, and the events before the first token. */
    byte[] head() {
        return Buffer.buffer("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
                .appendBytes(framed(Buffer.buffer(wire.head()))).getBytes();
    }

    /** Whether the event is whole whose last bytes are in the piece before this. */
    boolean isBoundary(int piece) {
        byte[] before = bytes.get((piece + size() - 1) % size());
        int end = before.length - FRAME_END;
        return before[end - 1] == '\n' && before[end - 2] == '\n';
    }

    int size() {
        return bytes.size();
    }
}

package io.parley.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a {@link FakeProvider} answers, written down step by step in the order in which it happens. The same script serves
 * both protocols: the path of the request decides.
 *
 * <pre>
 * FakeReply.saying("Hel", "lo")                                     // a whole reply in two pieces
 * FakeReply.stream().text("Hel").waitFor(gate).text("lo").finish()  // goes on when the test says so
 * FakeReply.stream().text("Hel").waitFor(gate).reset()              // RST in the middle
 * FakeReply.status(429).header("retry-after", "1").body("{}")       // an error
 * FakeReply.stream().hang()                                         // 200, then nothing; waitFor(...) first: no head either
 * </pre>
 */
public final class FakeReply {
    /** One thing that happens. */
    sealed interface Step {
        record Write(Function<FakeWire, byte[]> bytes) implements Step {}

        record Wait(Gate gate) implements Step {}

        /** Nothing more happens until the client leaves. */
        record Hang() implements Step {}

        /** The connection is cut with RST. */
        record Reset() implements Step {}

        /** The answer ends as HTTP wants it. */
        record End() implements Step {}
    }

    final int status;
    final Map<String, String> headers = new LinkedHashMap<>();
    final List<Step> steps = new ArrayList<>();
    private int inputTokens = 10;
    private int cachedTokens;
    private int outputTokens = 5;

    private FakeReply(int status) {
        this.status = status;
    }

    /** A whole reply in these pieces, with usage (10 in, 5 out). */
    public static FakeReply saying(String... pieces) {
        FakeReply reply = stream();
        List.of(pieces).forEach(reply::text);
        return reply.finish();
    }

    /** A stream with status 200 to which steps are added. Without a last step it stays open. */
    public static FakeReply stream() {
        return new FakeReply(200).header("content-type", "text/event-stream; charset=utf-8");
    }

    /** Another status; add {@link #body}. */
    public static FakeReply status(int status) {
        return new FakeReply(status).header("content-type", "application/json");
    }

    /** No answer at all: not even a head. */
    public static FakeReply silence() {
        FakeReply reply = stream();
        reply.steps.add(new Step.Wait(new Gate()));
        return reply;
    }

    /** Sets a header. */
    @CanIgnoreReturnValue
    public FakeReply header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** What {@link #finish} will report; cached ones are among the input. */
    @CanIgnoreReturnValue
    public FakeReply usage(int input, int cached, int output) {
        inputTokens = input;
        cachedTokens = cached;
        outputTokens = output;
        return this;
    }

    /** A piece of text. */
    @CanIgnoreReturnValue
    public FakeReply text(String piece) {
        return write(wire -> wire.text(piece));
    }

    /** A piece of reasoning. */
    @CanIgnoreReturnValue
    public FakeReply thinking(String piece) {
        return write(wire -> wire.thinking(piece));
    }

    /** A whole tool call. */
    @CanIgnoreReturnValue
    public FakeReply toolCall(String id, String name, String arguments) {
        return write(wire -> wire.toolCall(id, name, arguments));
    }

    /** What keeps the connection alive and says nothing: a comment, or an Anthropic ping. */
    @CanIgnoreReturnValue
    public FakeReply ping() {
        return write(FakeWire::ping);
    }

    /** An error within the stream; such as {@code overloaded_error}. */
    @CanIgnoreReturnValue
    public FakeReply error(String type) {
        return write(wire -> wire.error(type)).end();
    }

    /** The end of a good reply: {@code stop}. */
    @CanIgnoreReturnValue
    public FakeReply finish() {
        return finish("stop");
    }

    /** The end of a reply for a reason, in OpenAI's words: stop, length, tool_calls. */
    @CanIgnoreReturnValue
    public FakeReply finish(String reason) {
        return write(wire -> wire.finish(reason, inputTokens, cachedTokens, outputTokens)).end();
    }

    /** Bytes as they are. */
    @CanIgnoreReturnValue
    public FakeReply bytes(byte[] bytes) {
        steps.add(new Step.Write(_ -> bytes));
        return this;
    }

    /** An event of this text that stops in the middle of its last UTF-8 character (if that has more than one byte). */
    @CanIgnoreReturnValue
    public FakeReply halfOf(String text) {
        steps.add(new Step.Write(wire -> {
            byte[] event = wire.text(text).getBytes(StandardCharsets.UTF_8);
            byte[] last = text.substring(text.offsetByCodePoints(text.length(), -1)).getBytes(StandardCharsets.UTF_8);
            int end = new String(event, StandardCharsets.ISO_8859_1)
                    .lastIndexOf(new String(last, StandardCharsets.ISO_8859_1)) + Math.max(1, last.length / 2);
            return Arrays.copyOf(event, end);
        }));
        return this;
    }

    /** A body that is no stream, and the end of the answer. */
    @CanIgnoreReturnValue
    public FakeReply body(String body) {
        return bytes(body.getBytes(StandardCharsets.UTF_8)).end();
    }

    /** Waits until the test opens the gate. Before anything else: even the head waits. */
    @CanIgnoreReturnValue
    public FakeReply waitFor(Gate gate) {
        steps.add(new Step.Wait(gate));
        return this;
    }

    /** Says nothing more, and leaves the connection open; the head has gone out. */
    @CanIgnoreReturnValue
    public FakeReply hang() {
        steps.add(new Step.Hang());
        return this;
    }

    /** Cuts the connection with RST. What was written before may be lost on the way: wait for a gate first. */
    @CanIgnoreReturnValue
    public FakeReply reset() {
        steps.add(new Step.Reset());
        return this;
    }

    /** Ends the answer cleanly; without {@link #finish} that is a reply cut short. */
    @CanIgnoreReturnValue
    public FakeReply end() {
        steps.add(new Step.End());
        return this;
    }

    @CanIgnoreReturnValue
    private FakeReply write(Function<FakeWire, String> event) {
        steps.add(new Step.Write(wire -> event.apply(wire).getBytes(StandardCharsets.UTF_8)));
        return this;
    }
}

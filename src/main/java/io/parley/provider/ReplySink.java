package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Cut;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a reader finds in an answer and gives it on as reply events: no empty pieces, no halves of characters, no
 * more than the reply may hold. Remembers that there was content, because silence is measured from there.
 */
public final class ReplySink {
    /** Most blocks of one reply, and most of them that may be open at one time: also an empty one takes memory. */
    public static final int MOST_BLOCKS = 1_024;
    private final long limit;
    private final Consumer<ReplyEvent> out;
    private final TextPieces text = new TextPieces();
    private final TextPieces refusal = new TextPieces();
    private final TextPieces thinking = new TextPieces();
    private long bytes;
    private long contents;
    private int blocks;
    private boolean answer;
    private boolean notUnderstood;
    private long thoughts;
    private long contentsAtReason = -1;
    private final Set<String> callIds = new HashSet<>();
    private @Nullable Usage usage;

    /** A sink for one reply of at most {@code limit} bytes. */
    public ReplySink(long limit, Consumer<ReplyEvent> out) {
        this.limit = limit;
        this.out = out;
    }

    /** The next piece of the answer; may be empty or null. */
    public void text(@Nullable String piece) {
        String whole = fitting(text.next(piece));
        if (!whole.isEmpty()) {
            answer = true;
            out.accept(new ReplyEvent.Text(whole));
        }
    }

    /** The next piece of a refusal; may be empty or null. */
    public void refusal(@Nullable String piece) {
        String whole = fitting(refusal.next(piece));
        if (!whole.isEmpty()) {
            answer = true;
            out.accept(new ReplyEvent.Refusal(whole));
        }
    }

    /** The next piece of reasoning; may be empty or null. */
    public void thinking(@Nullable String piece) {
        String whole = fitting(thinking.next(piece));
        if (!whole.isEmpty()) {
            thoughts++;
            out.accept(new ReplyEvent.Thinking(whole));
        }
    }

    /** Content that cannot be shown before it is whole, such as arguments of a tool; it counts all the same. */
    public void hidden(@Nullable String piece) {
        if (piece != null && !piece.isEmpty()) {
            contents++;
            kept(piece);
        }
    }

    /** What is kept beside the content, such as signatures, names and blocks that are not understood: it counts too. */
    public void kept(String piece) {
        bytes += TextPieces.utf8Length(piece);
    }

    /** Takes back what {@link #kept} has counted, because it is no longer held. A reply that is full stays so. */
    public void released(String piece) {
        if (!isFull()) {
            bytes -= TextPieces.utf8Length(piece);
        }
    }

    /** Ends the reply here: the provider has opened more than may be held. */
    public void overflow() {
        bytes = Math.max(bytes, limit);
    }

    /**
     * A whole block; left out if the reply is full. Its bytes count as they come in, by {@link #thinking}, {@link #hidden} or
     * {@link #kept}: that is when they take memory.
     */
    public void block(Content content) {
        if (isFull()) {
            return;
        }
        contents++;
        answer |= content instanceof Content.ToolCall;
        thoughts += content instanceof Content.Thinking ? 1 : 0;
        out.accept(new ReplyEvent.Block(content));
        if (++blocks >= MOST_BLOCKS) {
            overflow();
        }
    }

    /** Notes that the reply had content of an unknown kind. */
    public void notUnderstood() {
        notUnderstood = true;
    }

    /** Notes that the provider worked on the reply without visible content, such as a call of a tool on its own server. */
    public void answered() {
        answer = true;
    }

    /** Returns whether the reply has text, a refusal or a tool call. Reasoning alone is no answer. */
    public boolean hasAnswer() {
        return answer;
    }

    /**
     * Fails if the content of the reply was not understood, because such a reply is no success.
     *
     * @param reason why the reply ended; a reply that the token limit cut within its reasoning needs no answer
     * @param called whether a call was understood; if the reason speaks of a call and none was, the reply needs an answer and
     *        must have no content of an unknown kind
     * @throws io.parley.conversation.Failure.Provider if the answer or the call that the reason speaks of was not understood
     */
    public void requireUnderstood(FinishReason reason, boolean called) {
        boolean cutWithinReasoning = reason == FinishReason.LENGTH && thoughts > 0;
        boolean lost = notUnderstood && !answer && !cutWithinReasoning;
        boolean uncalled = reason == FinishReason.TOOL_CALLS && !called && (notUnderstood || !answer);
        if (lost || uncalled) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
    }

    /**
     * Returns the id by which a result will name a call: the provider's own id, unless it is empty or another call of this
     * reply has it.
     *
     * @param stated the provider's id; empty if there is none
     * @param responseId the provider's id of the reply. A reply without an id gets a random one, so that the calls of two
     *        replies differ
     */
    public String callId(String stated, @Nullable String responseId) {
        String id = stated.isEmpty() || callIds.contains(stated) ? ownCallId(responseId) : stated;
        callIds.add(id);
        return id;
    }

    private String ownCallId(@Nullable String responseId) {
        String reply = responseId != null ? responseId
                : Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
        String id = "call_" + reply + "_" + callIds.size();
        return callIds.contains(id) ? ownCallId(null) : id;
    }

    /** Takes a report of the usage so far. A report of zeros alone is ignored, and a later zero replaces no number. */
    public void used(Usage used) {
        Usage latest = TokenFigures.latest(usage, used);
        if (latest != null && !latest.equals(usage)) {
            usage = latest;
            out.accept(new ReplyEvent.Used(latest));
        }
    }

    /** What the provider last said it used; null if it did not. */
    public @Nullable Usage usage() {
        return usage;
    }

    /** Whether the reply is as long as it may be. */
    boolean isFull() {
        return bytes >= limit;
    }

    /** Returns a number that rises with each piece of content. */
    public long contents() {
        return contents;
    }

    /**
     * Notes that an event has been read.
     *
     * @param finished whether the provider has sent a finish reason by then
     */
    void eventRead(boolean finished) {
        if (finished && contentsAtReason < 0) {
            contentsAtReason = contents;
        }
    }

    /** Returns whether the reply has reasoning. */
    public boolean hasThoughts() {
        return thoughts > 0;
    }

    /** Returns whether the reply has content other than reasoning. A call counts from its first piece on. */
    boolean hasMoreThanThoughts() {
        return contents > thoughts;
    }

    /** Returns whether content came after a finish reason. The server then writes reasons that are not the last one. */
    boolean wentOn() {
        return contentsAtReason >= 0 && contents > contentsAtReason;
    }

    private String fitting(String piece) {
        if (piece.isEmpty() || isFull()) {
            return "";
        }
        contents++;
        String fitting = TextPieces.prefix(piece, limit - bytes);
        if (fitting.length() == piece.length()) {
            bytes += TextPieces.utf8Length(piece);
            return fitting;
        }
        bytes = limit;
        return Cut.beginning(piece, fitting.length());
    }
}

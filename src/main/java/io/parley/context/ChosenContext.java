package io.parley.context;

import io.parley.context.Segment.Kind;
import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Summary;
import io.parley.provider.CacheHints;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent for a turn, and why.
 *
 * @param policy by name; several are joined by {@code +}
 * @param system instructions, or null
 * @param messages starts with a user message, or with the assistant's messages before the first one of the conversation; ends
 *        with the newest input; holds facts, summary and recalled turns
 * @param generation with {@code maxOutputTokens} decided
 * @param cache where the prompt is worth caching
 * @param segments all that is sent, in its order
 * @param sentTokens of the whole input, for the model
 * @param counted the whole input before any correction: what the provider's own figure is compared with
 * @param omittedMessages of the conversation, not sent as they are
 * @param omittedTokens likewise
 * @param room how much might have been sent
 * @param scale how counts are turned into tokens of the model
 * @param forecast what of it is expected to be cached
 * @param state what the session is to remember of it
 * @param plan what the next turn is to read
 * @param recalled the turns that were brought back
 * @param summary that stands for what came before, or null
 * @param wanted the summary that should be made after the turn, or null
 * @param recalls whether older turns are brought back, so that this one is to be embedded
 */
public record ChosenContext(String policy, @Nullable String system, List<Message> messages, Generation generation,
        CacheHints cache, List<Segment> segments, long sentTokens, RawTokens counted, long omittedMessages, long omittedTokens,
        Room room, TokenScale scale, Forecast forecast, ContextState state, ReadPlan plan,
        List<RecalledTurn> recalled, @Nullable Summary summary, @Nullable SummaryWanted wanted,
        boolean recalls) {
    public ChosenContext {
        messages = List.copyOf(messages);
        segments = List.copyOf(segments);
        recalled = List.copyOf(recalled);
    }

    /** What sending the whole conversation would take, nothing summarised and nothing brought back. */
    public long wholeTokens() {
        return sentTokens + omittedTokens - tokens(Kind.SUMMARY) - tokens(Kind.RECALLED);
    }

    /** What of the input stays the same in the next turn. */
    public long prefixTokens() {
        return sentTokens - tokens(Kind.RECALLED);
    }

    private long tokens(Kind kind) {
        return segments.stream().filter(segment -> segment.kind() == kind).mapToLong(Segment::tokens).map(scale::tokens).sum();
    }
}

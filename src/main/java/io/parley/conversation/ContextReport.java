package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was sent for a turn and how far the provider's prompt cache was expected to know it: an entry of the session's cache
 * ledger. Tokens are those of the model, estimated where its tokeniser is not public.
 *
 * @param policy the policies that chose
 * @param sentMessages of the conversation, sent as they are
 * @param sentTokens of the whole input
 * @param omittedMessages of the conversation, not sent as they are
 * @param omittedTokens likewise
 * @param wholeTokens what sending all of the conversation would have taken
 * @param expectedCachedTokens of the input, expected to be read from the cache
 * @param cold why the cache could know nothing: {@code first}, {@code idle}, {@code model} or {@code settings}; null: it could
 * @param difference the first segment of the request before that is not there any more; null: all of it is
 * @param cut whether the history began later than in the request before
 * @param unseen messages whose pictures were not sent, because the provider refused the request with pictures
 */
public record ContextReport(String policy, long sentMessages, long sentTokens, long omittedMessages, long omittedTokens,
        long wholeTokens, long expectedCachedTokens, @Nullable String cold, @Nullable String difference, boolean cut,
        List<MessageId> unseen) {
    public ContextReport { unseen = List.copyOf(unseen); }
}

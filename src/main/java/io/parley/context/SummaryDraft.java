package io.parley.context;

import io.parley.conversation.Cost;
import io.parley.conversation.MessageId;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of an attempt to summarise.
 *
 * @param text empty where nothing usable came of it
 * @param tokens of the text
 * @param model that wrote it
 * @param usage what the call has used
 * @param first the first message that is covered
 * @param through the last one
 * @param source fingerprint of what it was made from
 */
public record SummaryDraft(String text, TokenCount tokens, Model model, Usage usage, MessageId first, MessageId through,
        String source) {

    /** Nothing, for which nobody was called. */
    static SummaryDraft none(Model model, MessageId through) {
        return new SummaryDraft("", new TokenCount(0, model.encoding()), model, Usage.NONE, through, through, "");
    }

    /** Whether there is a summary. */
    public boolean isUsable() {
        return !text.isBlank();
    }

    /** The summary, if it is usable. */
    public @Nullable Summary summary(Instant now, @Nullable Cost cost) {
        return isUsable() ? new Summary(first, through, text, tokens, model.name(), source, usage, cost, now) : null;
    }
}

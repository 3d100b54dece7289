package io.parley.context;

import io.parley.context.ContextState.Limit;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.provider.Model;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a context is chosen for.
 *
 * @param specs the policies in force; empty: the deployment's
 * @param complete whether the history that is chosen from starts with the first message of the conversation
 * @param totals of the conversation, the new input included
 * @param state of the session; {@link ContextState#NEW} where the turn is not on the session's own settings
 * @param summaries those that hold for the conversation as it stands, oldest first
 * @param most most tokens of the whole input, where the provider has refused more; {@code Long.MAX_VALUE}: it has not
 */
public record ContextRequest(SessionId session, Model model, List<ContextSpec> specs, Generation generation,
        @Nullable String systemPrompt, List<String> facts, boolean complete, HistoryTotals totals, ContextState state,
        List<Summary> summaries,
        long most, Instant now) {
    public ContextRequest {
        specs = List.copyOf(specs);
        facts = List.copyOf(facts);
        summaries = List.copyOf(summaries);
    }

    /** The same for a model whose provider has stated this limit. */
    ContextRequest limitedTo(long limit) {
        return new ContextRequest(session, model, specs, generation, systemPrompt, facts, complete, totals,
                state.withLimit(Limit.stated(limit, now)),
                summaries, most, now);
    }

    /** The same with less room. */
    public ContextRequest atMost(long tokens) {
        return new ContextRequest(session, model, specs, generation, systemPrompt, facts, complete, totals, state, summaries,
                tokens, now);
    }
}

package io.parley.context;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.provider.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a context is chosen for.
 *
 * @param specs the policies in force; empty: the deployment's default
 * @param totals of the conversation, the new input included
 */
public record ContextRequest(Model model, List<ContextSpec> specs, Generation generation, @Nullable String systemPrompt,
        List<String> facts, HistoryTotals totals) {
    public ContextRequest {
        specs = List.copyOf(specs);
        facts = List.copyOf(facts);
    }
}

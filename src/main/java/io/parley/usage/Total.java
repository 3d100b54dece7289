package io.parley.usage;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import java.util.List;

/**
 * What several calls have used together.
 *
 * @param costs one for each currency, in the order of their names; what has no known price is not among them
 */
public record Total(Usage usage, List<Cost> costs) {
    public Total { costs = List.copyOf(costs); }
}

package io.parley.store;

import io.parley.conversation.ReadPlan;
import java.util.List;

/** Read plans as arguments of scripts. */
final class Plans {
    /** For the stored plan, or for leaving it. */
    static final List<String> NONE = List.of("", "", "");

    private Plans() {
    }

    static List<String> arguments(ReadPlan plan) {
        String from = plan.fromSequence() + (plan.beside() > 0 ? ":" + plan.beside() : "");
        return List.of(from, Integer.toString(plan.maxMessages()),
                Long.toString(plan.maxTokens()));
    }
}

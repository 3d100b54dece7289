package io.parley.context;

import io.parley.conversation.ReadPlan;
import io.parley.conversation.Violation;
import java.util.List;
import java.util.Map;

/**
 * Chooses how far back the history is sent. An implementation is one class; CDI finds it. What holds for every policy (the
 * newest exchange always in, whole exchanges only, legal for the provider) is not its concern: {@link ContextBuilder} sees
 * to it.
 */
public interface ContextPolicy {

    /** As written in {@code {"policy": …}}. */
    String name();

    /**
     * Which rules the parameters break; pointers are relative to the policy's object, e.g. {@code /maxTokens}.
     */
    List<Violation> violations(Map<String, Object> parameters);

    /**
     * How much of the history it needs to see.
     *
     * @param budget tokens of history that the model can take
     */
    ReadPlan plan(Map<String, Object> parameters, long budget);

    /**
     * How many of the newest exchanges are sent.
     *
     * @param exchanges tokens and messages of each, oldest first
     * @param budget tokens of history that the model can take
     * @return at least 0; the newest exchange is sent whatever this says
     */
    int keep(List<ExchangeSize> exchanges, Map<String, Object> parameters, long budget);

    /**
     * How long an exchange is: a user message and all up to the next one.
     */
    record ExchangeSize(int messages, long tokens) {}
}

package io.parley.context;

import io.parley.conversation.Violation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A way to choose what of a long conversation is sent. An implementation is one class; CDI finds it. It only says what it
 * wants: what holds for every policy (system prompt and facts always in, the newest message always in, whole exchanges, tool
 * results with their calls, order, room for the output, legal for the provider) is held by {@link Contexts}, for all of them.
 */
public interface ContextPolicy {

    /** As written in {@code {"policy": …}}. */
    String name();

    /**
     * Which rules the parameters break; pointers are relative to the policy's object, e.g. {@code /maxTokens}.
     *
     * @param parameters as the client wrote them: {@link Number}, {@link String} or {@link Boolean}
     */
    List<Violation> violations(Map<String, ? extends @Nullable Object> parameters);

    /** What it wants; parameters have been checked. */
    Demand demand(Map<String, Object> parameters);
}

package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.MessageId;
import io.parley.conversation.Role;
import io.parley.provider.Adaptation;
import io.parley.provider.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would be sent, and what becomes of each message. Tokens are those of the model.
 *
 * @param policies in force
 * @param input the message that is not stored yet, or null where nothing is said
 * @param messages in conversation order: all that are sent, and of the others the newest
 * @param older those before them
 * @param summarised those that the summary stands for, {@code older} included
 * @param cachedSegments how many of the segments, the first ones, the provider's prompt cache is expected to know
 * @param recallLeftOut whether older turns would be brought back that a preview cannot know, as somebody would have to be
 *        called
 * @param adaptations the differences between the sent history and the stored one, so that the provider accepts it
 */
public record Preview(Model model, List<ContextSpec> policies, ChosenContext context, @Nullable MessageId input,
        List<Listed> messages, Sum older, Sum summarised, int cachedSegments,
        boolean recallLeftOut, List<Adaptation> adaptations) {
    public Preview {
        adaptations = List.copyOf(adaptations);
        policies = List.copyOf(policies);
        messages = List.copyOf(messages);
    }

    /** What becomes of a message. */
    public enum Fate {
        /** Sent as it is. */
        KEPT,
        /** A summary stands for it. */
        SUMMARISED,
        /** Brought back, as it is like the input. */
        RETRIEVED,
        /** Not sent. */
        OMITTED
    }

    /** One message. */
    public record Listed(MessageId id, Role role, long tokens, Fate fate) {}

    /** Several messages. */
    public record Sum(long messages, long tokens) {
        static final Sum NOTHING = new Sum(0, 0);
    }
}

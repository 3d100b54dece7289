package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * What a provider says while it answers, in order. A reply is: any number of texts, blocks and usage reports, then exactly
 * one {@link Finished}; or a {@link Failure.Provider} at any point, after which nothing comes.
 */
public sealed interface ReplyEvent {

    /** The next piece of the answer, never empty, never half a surrogate pair. */
    record Text(String text) implements ReplyEvent {}

    /** The next piece of a refusal, likewise. */
    record Refusal(String text) implements ReplyEvent {}

    /** The next piece of visible reasoning, likewise. */
    record Thinking(String text) implements ReplyEvent {}

    /** A whole block that is not text; for a {@link Content.Thinking} the pieces came before. */
    record Block(Content content) implements ReplyEvent {}

    /** What the call has used so far; each report replaces the one before. */
    record Used(Usage usage) implements ReplyEvent {}

    /**
     * The provider's own signal that the reply is whole.
     *
     * @param rawReason the provider's word for it
     * @param usage final, or null if the provider did not say
     * @param responseId the provider's name of this reply, if it has one
     */
    record Finished(FinishReason reason, String rawReason, @Nullable Usage usage,
            @Nullable String responseId) implements ReplyEvent {}
}

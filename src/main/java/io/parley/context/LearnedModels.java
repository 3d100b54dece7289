package io.parley.context;

import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;

/**
 * Keeps what is learned of models, for all processes together. Every method fails with {@code Failure.Unavailable} where the
 * store does not answer; a repeated call does no more harm than one sample that counts twice.
 */
public interface LearnedModels {

    /** What is known of a model; {@link Learned#NOTHING} if nothing is. */
    Uni<Learned> find(String model);

    /**
     * Takes one more sample into the running mean.
     *
     * @param ratio a number; taken as the nearest one within the bounds of {@link Learned#ratio}
     * @return what is known now
     */
    Uni<Learned> learn(String model, double ratio);

    /**
     * A provider has stated the model's limit to a session. It holds for an hour once two different sessions in succession have
     * met the same one, so that one odd request does not change what others get; one that cannot be is ignored.
     *
     * @param limit tokens of input and output together
     * @return what is known now
     */
    Uni<Learned> limit(String model, SessionId session, long limit);

    /**
     * A provider has taken a call: a limit below that no longer holds.
     *
     * @param tokens of input and output together
     * @return what is known now
     */
    Uni<Learned> taken(String model, long tokens);
}

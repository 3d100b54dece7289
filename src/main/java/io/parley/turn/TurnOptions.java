package io.parley.turn;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options that a request sets for its turn alone. They are stored with the turn, because a process that begins the turn
 * again needs them.
 *
 * @param model catalogue name of the model; null: the session's model
 * @param context the context policies; null: the session's policies
 * @param generation how the reply is generated; the session decides the rest
 */
public record TurnOptions(@Nullable String model, @Nullable List<ContextSpec> context, Generation generation) {
    /** A request that leaves all options to its session. */
    public static final TurnOptions NONE = new TurnOptions(null, null, Generation.UNDECIDED);

    public TurnOptions { context = context == null ? null : List.copyOf(context); }
}

package io.parley.turn;

import io.parley.conversation.ContextSpec;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a turn would send, without a turn: nothing is stored, nobody is called. What the API calls. */
public interface Previews {

    /**
     * The context that a turn on this request would be given now, on the history as it is stored; what a running turn says
     * is not in it. Without anything said the history as it stands is shown, whatever it ends with.
     *
     * @param policies in the place of the session's; null: the session's own
     * @return fails with {@code Failure.Invalid}, {@code NotFound} or {@code Conflict} as opening the turn would; a rule that
     *         {@code policies} break is named by {@code policy}
     */
    Uni<Preview> preview(TurnCommand command, @Nullable List<ContextSpec> policies);
}

package io.parley.context;

import io.parley.conversation.Failure.ContextLimit;
import org.jspecify.annotations.Nullable;

/**
 * How much less is sent after a provider has refused a context as too long. What it says of its limit and of its own count
 * corrects the estimate; where it says nothing, a good part is taken away.
 */
final class Shortening {
    /** Left free below a limit that the provider has stated, as counts stay estimates. */
    private static final double BELOW_LIMIT = 0.95;
    /** Without figures, and at the least. */
    private static final double BLIND = 0.7;
    private static final double LEAST = 0.9;

    private Shortening() {
    }

    static ContextRequest of(ContextRequest request, ChosenContext refused, @Nullable ContextLimit stated) {
        long sent = refused.sentTokens();
        if (stated == null || stated.limit() <= 0) {
            return request.atMost((long) (sent * BLIND));
        }
        ContextRequest limited = request.limitedTo(stated.limit());
        Room room = Room.of(request.model(), Math.min(stated.limit(), request.model().contextWindow()), request.generation(),
                Long.MAX_VALUE);
        double counted = stated.requested() > 0 ? (double) sent / stated.requested() : BLIND;
        return limited.atMost((long) Math.min(room.ceiling() * counted * BELOW_LIMIT, sent * LEAST));
    }
}

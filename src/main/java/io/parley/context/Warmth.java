package io.parley.context;

import io.parley.context.SentPrefix.Common;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the provider's prompt cache can still know what was sent last, and how much of a request it then knows. */
final class Warmth {
    private Warmth() {
    }

    /** Why the cache knows nothing of the last request, or null if it should. */
    static @Nullable String cold(ContextRequest request, Frame frame) {
        ContextState state = request.state();
        Instant called = state.calledAt();
        Duration lifetime = request.model().cacheLifetime();
        if (called == null) {
            return "first";
        }
        if (!request.model().name().equals(state.model())) {
            return "model";
        }
        if (lifetime != null && called.plus(lifetime).isBefore(request.now())) {
            return "idle";
        }
        return areSame(state.sent().head(), frame.segments()) ? null : "settings";
    }

    private static boolean areSame(List<Segment> before, List<Segment> now) {
        if (before.size() != now.size()) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!before.get(i).isSameAs(now.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** What is expected of a request whose segments these are. */
    static Forecast forecast(ContextRequest request, @Nullable String cold, List<Segment> segments, TokenScale scale,
            boolean cut) {
        Common common = request.state().sent().commonWith(segments);
        long tokens = common.segments().stream().mapToLong(segment -> scale.tokens(segment.tokens())).sum();
        boolean outlived = "first".equals(cold) || "model".equals(cold) || "idle".equals(cold);
        boolean known = !outlived && request.model().cacheLifetime() != null && tokens >= request.model().cacheMinimum();
        return new Forecast(known ? tokens : 0, cold, common.difference(), cut);
    }
}

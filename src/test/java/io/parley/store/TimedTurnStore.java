package io.parley.store;

import io.parley.turn.TurnStopwatch;
import io.parley.turn.TurnStopwatch.Moment;
import io.parley.turn.TurnStopwatch.Seam;
import io.parley.turn.TurnStore;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;

/** The store of turns in Redis, with the stopwatch before and behind it. */
@Alternative
@Singleton
public class TimedTurnStore {

    @Produces
    @Singleton
    TurnStore timed(RedisTurnStore real) {
        return TurnStopwatch.around(TurnStore.class, real, Map.of("open", new Seam(Moment.CHECKED, Moment.OPENED),
                "commit", new Seam(Moment.FINISHED, Moment.COMMITTED)));
    }
}

package io.parley.turn;

import io.parley.provider.ModelCalls;
import io.parley.provider.RetryingModelCalls;
import io.parley.turn.TurnStopwatch.Moment;
import io.parley.turn.TurnStopwatch.Seam;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;

/** The parts of a turn other than its store, with the stopwatch before and behind them. */
@Alternative
@Singleton
class TimedTurns {
    private static final int BEFORE_ALL_OTHERS = Integer.MIN_VALUE;

    @Produces
    @Singleton
    Turns turns(TurnService real) {
        return TurnStopwatch.around(Turns.class, real, Map.of("start", new Seam(Moment.READ, Moment.OPENED)));
    }

    @Produces
    @Singleton
    ModelCalls calls(RetryingModelCalls real) {
        return TurnStopwatch.around(ModelCalls.class, real, Map.of("stream", new Seam(Moment.CHOSEN, Moment.ANSWERED)));
    }

    void listen(@Observes Router router) {
        router.route("/api/v1/sessions/:id/turns").order(BEFORE_ALL_OTHERS).handler(context -> {
            TurnStopwatch.at(Moment.ACCEPTED);
            context.addEndHandler(_ -> TurnStopwatch.at(Moment.ENDED));
            context.next();
        });
    }
}

package io.parley.turn;

import io.parley.context.Contexts;
import io.parley.provider.ModelCalls;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What every running turn works with. A singleton, as a proxy would hide its fields. */
@Singleton
class TurnWork {
    final TurnStore store;
    final TurnRules rules;
    final Contexts contexts;
    final Afterwards afterwards;
    final ModelCalls calls;
    final ImageRoom images;
    final ModelHabits habits = new ModelHabits();
    final TurnConfig config;
    final Vertx vertx;
    final InstantSource clock;

    TurnWork(TurnStore store, TurnRules rules, Contexts contexts, Afterwards afterwards,
            ModelCalls calls, ImageRoom images, TurnConfig config, Vertx vertx, InstantSource clock) {
        this.store = store;
        this.rules = rules;
        this.contexts = contexts;
        this.afterwards = afterwards;
        this.calls = calls;
        this.images = images;
        this.config = config;
        this.vertx = vertx;
        this.clock = clock;
    }
}

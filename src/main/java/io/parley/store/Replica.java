package io.parley.store;

import jakarta.enterprise.context.ApplicationScoped;

/** The name of this process among those that share a Redis; another one after every start. */
@ApplicationScoped
class Replica {
    private final String name = RequestNames.fresh() + RequestNames.fresh();

    String name() {
        return name;
    }

    /** Where scripts publish what concerns this process. */
    String channel() {
        return "parley:replica:" + name;
    }
}

package io.parley;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.InstantSource;

/** The one place that knows the real time, so that a test can have another one. */
@ApplicationScoped
class Clocks {

    @Produces
    InstantSource system() {
        return InstantSource.system();
    }
}

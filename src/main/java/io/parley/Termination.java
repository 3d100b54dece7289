package io.parley;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import sun.misc.Signal;

/**
 * An end that was asked for is a success: a packaged service that gets SIGTERM ends with 0, where the JVM by itself would say
 * 143, which supervisors take for a crash.
 */
@Singleton
final class Termination {
    private static final Logger LOG = Logger.getLogger(Termination.class);

    void listen(@Observes StartupEvent started) {
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            return;
        }
        try {
            Signal.handle(new Signal("TERM"), _ -> Quarkus.asyncExit(0));
        } catch (IllegalArgumentException _) {
            // Somebody told the JVM to leave signals alone.
            LOG.debug("the exit status of SIGTERM is the JVM's");
        }
    }
}

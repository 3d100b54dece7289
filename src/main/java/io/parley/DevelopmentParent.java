package io.parley;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * In dev mode the build tool starts this JVM. A build tool that is killed cannot end it, so this JVM ends by itself, in good
 * order, as soon as its parent is gone.
 */
@Singleton
final class DevelopmentParent {
    private static final Logger LOG = Logger.getLogger(DevelopmentParent.class);
    private @Nullable Thread observer;

    void observe(@Observes StartupEvent started) {
        if (LaunchMode.current() == LaunchMode.DEVELOPMENT) {
            observer = Thread.ofPlatform().daemon().name("development-parent").start(() -> awaitEndOfParent(() -> {
                LOG.info("the build tool is gone");
                System.exit(0);
            }));
        }
    }

    /** A live reload starts the application again, which then observes anew. */
    void stop(@Observes ShutdownEvent stopped) {
        if (observer != null) {
            observer.interrupt();
        }
    }

    /** Runs the action once the parent has ended; returns without it when the thread is interrupted. */
    static void awaitEndOfParent(Runnable action) {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        try {
            // A process whose parent ends gets another one at once, while the end of the parent itself may go unnoticed for
            // as long as no parent reaps it.
            while (parent.equals(ProcessHandle.current().parent()) && !isInit(parent)) {
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException _) {
            return;
        }
        action.run();
    }

    /**
     * Whether the parent had ended before anybody looked: the first process of a machine is no build tool, unless it is Java.
     */
    private static boolean isInit(Optional<ProcessHandle> parent) {
        return parent.filter(process -> process.pid() == 1)
                .filter(process -> process.info().command().filter(command -> command.endsWith("java")).isEmpty()).isPresent();
    }
}

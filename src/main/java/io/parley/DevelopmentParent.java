package io.parley;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
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
    /** The number of characters of a program's name that Linux keeps for its process. */
    private static final int LONGEST_NAME = 15;
    /** The names of programs that take in orphans, as Linux keeps them. It keeps the first of a shim's name only. */
    private static final Set<String> REAPERS = Set.of("systemd", "init", "launchd", "tini", "tini-static", "dumb-init",
            "docker-init", "catatonit", "conmon", "containerd-shim");
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
            while (parent.equals(ProcessHandle.current().parent())
                    && parent.filter(DevelopmentParent::takesInOrphans).isEmpty()) {
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException _) {
            return;
        }
        action.run();
    }

    /**
     * Returns whether the parent takes in orphans. Such a parent is no build tool, so the build tool ended before this class
     * looked.
     */
    private static boolean takesInOrphans(ProcessHandle parent) {
        return takesInOrphans(parent.pid(), name(parent));
    }

    /**
     * Returns whether a process takes in orphans. The first process of a machine or container does, unless it is the build
     * tool, and so do programs that ask the kernel for orphans.
     */
    static boolean takesInOrphans(long pid, String name) {
        // The name may come from the path of the program or from the process, so the shorter form decides.
        return REAPERS.contains(name.substring(0, Math.min(LONGEST_NAME, name.length()))) || (pid == 1 && !name.equals("java"));
    }

    private static String name(ProcessHandle process) {
        Optional<String> program = process.info().command();
        if (program.isPresent()) {
            return program.get().substring(program.get().lastIndexOf('/') + 1);
        }
        try {
            // The system does not show the program of another user's process, but it shows its name.
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "comm")).strip();
        } catch (IOException _) {
            return "";
        }
    }
}

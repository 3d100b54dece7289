package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.JavaProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevelopmentParentTest {
    @Test
    @Timeout(120)
    void a_process_learns_that_its_parent_was_killed() {
        try (JavaProcess parent = JavaProcess.start(Parent.class)) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(parent.read("CHILD"))).orElseThrow();
            assertThat(JavaProcess.isRunning(child)).isTrue();
            parent.kill();
            await().until(() -> !JavaProcess.isRunning(child));
        }
    }

    @Test
    @Timeout(120)
    void a_process_whose_parent_was_killed_before_it_looked_learns_it_too() {
        try (JavaProcess parent = JavaProcess.start(ParentOfALateChild.class)) {
            ProcessHandle child = ProcessHandle.of(Long.parseLong(parent.read("CHILD"))).orElseThrow();
            assertThat(JavaProcess.isRunning(child)).isTrue();
            parent.kill();
            await().until(() -> !JavaProcess.isRunning(child));
        }
    }

    @ParameterizedTest
    @CsvSource({ "1, process_api, true", "1, java, false", "1, '', true", "700, systemd, true", "700, tini, true",
            "700, dumb-init, true", "700, containerd-shim-runc-v2, true", "700, containerd-shim, true",
            "700, containerd-shim-kata-v2, true", "700, containerd-shim-runc-v1, true", "700, conmon, true",
            "700, containerd, false",
            "700, containerd-stress, false", "700, gradle-build-daemon, false", "700, java, false", "700, idea, false",
            "700, mvnd, false", "700, '', false" })
    void a_parent_that_takes_in_orphans_is_no_build_tool(long pid, String name, boolean takesInOrphans) {
        assertThat(DevelopmentParent.takesInOrphans(pid, name)).isEqualTo(takesInOrphans);
    }

    /** Starts a child that looks late, and waits for it. */
    static final class ParentOfALateChild {
        public static void main(String[] arguments) {
            try (JavaProcess child = JavaProcess.start(LateChild.class)) {
                System.out.println("CHILD " + child.read("READY"));
                child.awaitEnd();
            }
        }
    }

    /** Looks for its parent only after the parent has ended and the child's standard input is closed. */
    static final class LateChild {
        public static void main(String[] arguments) throws IOException {
            System.out.println("READY " + ProcessHandle.current().pid());
            int end = System.in.read();
            assertThat(end).isNegative();
            DevelopmentParent.awaitEndOfParent(() -> System.exit(0));
        }
    }

    /** Starts a child and waits for it. */
    static final class Parent {
        public static void main(String[] arguments) {
            try (JavaProcess child = JavaProcess.start(Child.class)) {
                System.out.println("CHILD " + child.read("READY"));
                child.awaitEnd();
            }
        }
    }

    /** Ends when its parent does. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            Thread observer = Thread.ofPlatform().start(() -> DevelopmentParent.awaitEndOfParent(() -> System.exit(0)));
            System.out.println("READY " + ProcessHandle.current().pid());
            assertThat(observer.isAlive()).isTrue();
        }
    }
}

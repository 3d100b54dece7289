package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.JavaProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

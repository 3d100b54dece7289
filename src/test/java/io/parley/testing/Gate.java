package io.parley.testing;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.awaitility.Awaitility;

/** A place in a {@link FakeReply} where it waits until the test opens it. */
public final class Gate {
    private final Promise<Void> opened = Promise.promise();
    private final Promise<Void> reached = Promise.promise();

    /** Lets the reply go on; opening twice does nothing more. */
    public void open() {
        opened.tryComplete();
    }

    /** Blocks the test until a reply waits here. */
    public void awaitReached() {
        Awaitility.await().until(() -> reached.future().isComplete());
    }

    Future<Void> arrive() {
        reached.tryComplete();
        return opened.future();
    }
}

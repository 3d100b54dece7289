package io.parley.store;

import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what goes to Redis and comes back, so that a test can hold a turn to its two round trips. */
@ApplicationScoped
public class Traffic {
    private final LongAdder commands = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();

    /** What has gone over the wire since the start; bytes without the protocol's framing. */
    public Count count() {
        return new Count(commands.sum(), bytesSent.sum(), bytesReceived.sum());
    }

    void sent(long bytes) {
        commands.increment();
        bytesSent.add(bytes);
    }

    void received(@Nullable Response response) {
        bytesReceived.add(size(response));
    }

    /** Returns the bytes of an answer without the framing of the protocol. */
    static long size(@Nullable Response response) {
        if (response == null) {
            return 0;
        }
        return switch (response.type()) {
            case BULK -> response.toBuffer().length();
            case MULTI -> {
                long size = 0;
                for (Response item : response) {
                    size += size(item);
                }
                yield size;
            }
            default -> 8;
        };
    }

    /**
     * A state of the counters.
     *
     * @param commands commands sent, repetitions included
     */
    public record Count(long commands, long bytesSent, long bytesReceived) {

        /** What came between an earlier state and this one. */
        public Count minus(Count earlier) {
            return new Count(commands - earlier.commands, bytesSent - earlier.bytesSent,
                    bytesReceived - earlier.bytesReceived);
        }
    }
}

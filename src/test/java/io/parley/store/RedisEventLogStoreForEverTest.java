package io.parley.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The logs of sessions that are kept for ever. */
class RedisEventLogStoreForEverTest extends RedisEventLogStoreTest {
    @Override
    protected @Nullable Duration retention() {
        return null;
    }
}

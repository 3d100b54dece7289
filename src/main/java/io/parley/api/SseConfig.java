package io.parley.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How event streams are kept alive and ended. */
@ConfigMapping(prefix = "parley.sse")
interface SseConfig {

    /** A stream on which nothing else was written for so long gets a comment, so that no proxy takes it for dead. */
    @WithDefault("15s")
    Duration heartbeat();

    /** A reader that does not take what was written for so long is disconnected. */
    @WithDefault("60s")
    Duration writeLimit();

    /** How long a client is told to wait before it reconnects: this and up to twice as much again, at random. */
    @WithDefault("1s")
    Duration retry();
}

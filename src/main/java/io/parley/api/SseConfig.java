package io.parley.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How event streams are kept alive and ended. */
@ConfigMapping(prefix = "parley.sse")
interface SseConfig {

    /** How long a stream may be silent before it gets a comment line, so that no proxy closes it. */
    @WithDefault("15s")
    Duration heartbeat();

    /** How long a client may read nothing of a stream, or of a long answer, before Parley disconnects it. */
    @WithDefault("60s")
    Duration writeLimit();

    /** The shortest time that a client is told to wait before it reconnects. Up to twice this time is added at random. */
    @WithDefault("1s")
    Duration retry();
}

package io.parley.context;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How older turns are brought back. */
@ConfigMapping(prefix = "parley.recall")
public interface RecallConfig {

    /** Longest time that looking for older turns may add to a turn; then it goes on without them. */
    @WithDefault("50ms")
    Duration limit();

    /** Longest time that the first turn of a process waits for the embedding model to be loaded. */
    @WithDefault("10s")
    Duration loading();

    /** Least similarity of what is brought back: a cosine. */
    @WithDefault("0.2")
    double threshold();

    /** Most bytes of vectors that one process keeps in memory. */
    @WithDefault("67108864")
    long cacheBytes();
}

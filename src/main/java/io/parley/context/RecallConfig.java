package io.parley.context;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How older turns are retrieved. */
@ConfigMapping(prefix = "parley.recall")
public interface RecallConfig {

    /** The longest time that the search for older turns may add to a turn. After that, the turn goes on without them. */
    @WithDefault("50ms")
    Duration limit();

    /** The longest time that the first turn of a process waits until the embedding model is loaded. */
    @WithDefault("10s")
    Duration loading();

    /** The least cosine similarity of a turn that is retrieved. */
    @WithDefault("0.2")
    double threshold();

    /** The most bytes of vectors that one process keeps in memory. */
    @WithDefault("67108864")
    long cacheBytes();
}

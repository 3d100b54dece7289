package io.parley.api.json;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The defaults of new sessions. */
@ConfigMapping(prefix = "parley.sessions")
public interface SessionDefaults {

    /** How long a session is kept after its last write: an ISO-8601 duration, or {@code none} to keep it for ever. */
    @WithDefault("P90D")
    String retention();
}

package io.parley.context;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The defaults of contexts, for sessions and turns that say nothing else. */
@ConfigMapping(prefix = "parley.context")
public interface ContextConfig {

    /**
     * The policies of sessions that name none: a JSON object or a list of such, as in the {@code context} of a session.
     */
    @WithDefault("{\"policy\":\"token-budget\"}")
    String policy();

    /** The most tokens of a summary. */
    @WithDefault("1500")
    int summaryTokens();
}

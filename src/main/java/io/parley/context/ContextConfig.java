package io.parley.context;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What holds for contexts where neither session nor turn says otherwise. */
@ConfigMapping(prefix = "parley.context")
public interface ContextConfig {

    /**
     * The policies of sessions that name none, as in a session's {@code context}: a JSON object or a list of them.
     */
    @WithDefault("{\"policy\":\"token-budget\"}")
    String policy();

    /** Most tokens of a summary. */
    @WithDefault("1500")
    int summaryTokens();
}

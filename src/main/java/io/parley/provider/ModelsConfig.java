package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;

/** The model catalogue. */
@ConfigMapping(prefix = "parley.models")
public interface ModelsConfig {

    /** The model that answers when a session and a turn name none. The default is the first model that can be called. */
    @WithName("default")
    Optional<String> defaultModel();

    /** A JSON file like the built-in {@code models.json}. It adds models, or changes single fields of known models. */
    Optional<Path> file();
}

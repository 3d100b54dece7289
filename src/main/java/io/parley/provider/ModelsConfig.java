package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;

/** Which models there are. */
@ConfigMapping(prefix = "parley.models")
public interface ModelsConfig {

    /** The model of whoever names none; otherwise the first one that can be called. */
    @WithName("default")
    Optional<String> defaultModel();

    /** A JSON file like the built-in {@code models.json}: adds models, or changes single fields of known ones. */
    Optional<Path> file();
}

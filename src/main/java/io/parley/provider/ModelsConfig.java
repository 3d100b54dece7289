package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Which models there are. */
@ConfigMapping(prefix = "parley")
public interface ModelsConfig {

    /** The model of whoever names none; otherwise the first one that can be called. */
    Optional<String> defaultModel();

    /** The catalogue. */
    Models models();

    /** The catalogue's own keys. */
    interface Models {

        /** A JSON file like the built-in {@code models.json}: adds models, or changes single fields of known ones. */
        Optional<Path> file();
    }
}

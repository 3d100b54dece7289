package io.parley.api.json;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How large the parts of a request may be. More than that is refused before anything is stored. */
@ConfigMapping(prefix = "parley.limits")
public interface Limits {

    /** A whole request body. {@code quarkus.http.limits.max-body-size} must not be lower. */
    @WithDefault("32M")
    MemorySize body();

    /**
     * All that requests hold in memory at one time until it is stored; above that a request is told to come again. Default: a
     * twelfth of the heap, at least one body.
     */
    Optional<MemorySize> bodies();

    /** How long each 64 KiB of a body may take to arrive; who is slower holds up others who have much to send. */
    @WithDefault("30S")
    Duration upload();

    /** The text of one message, as UTF-8. */
    @WithDefault("1M")
    MemorySize text();

    /** One image, decoded. */
    @WithDefault("5M")
    MemorySize image();

    /** Images in one message. */
    @WithDefault("20")
    int images();

    /** System prompt and facts together, as UTF-8. */
    @WithDefault("256K")
    MemorySize instructions();

    /** The metadata of a session or turn, as UTF-8. */
    @WithDefault("16K")
    MemorySize metadata();

    /** The definitions of all tools together, as UTF-8. */
    @WithDefault("256K")
    MemorySize toolDefinitions();

    /** Tools of a session or turn. */
    @WithDefault("128")
    int tools();

    /** Messages appended by one request. */
    @WithDefault("1000")
    int messages();

    /** How deep the JSON of a request may be nested. */
    @WithDefault("100")
    int depth();

    /** How many values (members, elements, containers) the JSON of a request may hold. */
    @WithDefault("200000")
    int values();
}

package io.parley.api.json;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How large the parts of a request may be. A larger request is refused before anything is stored. */
@ConfigMapping(prefix = "parley.limits")
public interface Limits {

    /** The most bytes of a request body. {@code quarkus.http.limits.max-body-size} must not be lower. */
    @WithDefault("32M")
    MemorySize body();

    /**
     * The most bytes that all requests together hold in memory at one time until they are stored. Above that, a request is
     * refused and may be repeated later. The default is a twelfth of the heap, at least one body.
     */
    Optional<MemorySize> bodies();

    /**
     * How long each 64 KiB of a body may take to arrive. A slower request is refused, because it keeps other large requests
     * waiting.
     */
    @WithDefault("30S")
    Duration upload();

    /**
     * The most bytes that long answers together hold in memory at one time. One half is for answers that Parley makes, the
     * other half for answers that clients have not read yet. An answer is long above 64 KiB; while Parley makes it, each of its
     * bytes counts four times. When the memory is full, further answers wait, but Parley may always make one answer and send
     * four. Lists of sessions have a second memory of the same size. The default is a twelfth of the heap.
     */
    Optional<MemorySize> answers();

    /** The most answers that wait for such memory. Parley refuses further ones with 503 {@code overloaded}. */
    @WithDefault("256")
    int answersWaiting();

    /** How long an answer may wait for such memory before Parley refuses it with 503 {@code overloaded}. */
    @WithDefault("2S")
    Duration answersWait();

    /**
     * The least bytes per second that a client must read of a long answer, on average from its first to its last byte. Parley
     * disconnects a slower client, but not before {@code parley.sse.write-limit} has passed.
     */
    @WithDefault("8K")
    MemorySize answersRate();

    /** The most bytes of text in one message, as UTF-8. */
    @WithDefault("1M")
    MemorySize text();

    /** The most bytes of one image, decoded. */
    @WithDefault("5M")
    MemorySize image();

    /** The most images in one message. */
    @WithDefault("20")
    int images();

    /** The most bytes of system prompt and facts together, as UTF-8. */
    @WithDefault("256K")
    MemorySize instructions();

    /** The most bytes of the metadata of a session or turn, as UTF-8. */
    @WithDefault("16K")
    MemorySize metadata();

    /** The most bytes of all tool definitions together, as UTF-8. */
    @WithDefault("256K")
    MemorySize toolDefinitions();

    /** The most tools of a session or turn. */
    @WithDefault("128")
    int tools();

    /** The most messages that one request appends. */
    @WithDefault("1000")
    int messages();

    /** The most levels to which the JSON of a request may be nested. */
    @WithDefault("100")
    int depth();

    /** The most values (members, elements, containers) in the JSON of a request. */
    @WithDefault("200000")
    int values();
}

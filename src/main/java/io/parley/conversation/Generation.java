package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a reply is to be generated. Null means: whatever stands behind this one decides (turn, then session, then model).
 *
 * @param maxOutputTokens 1 or more
 * @param temperature 0 to 2
 * @param stop at most 4 texts at which the model stops
 * @param tools what the model may ask for, in this order
 */
public record Generation(@Nullable Integer maxOutputTokens, @Nullable Double temperature, @Nullable List<String> stop,
        @Nullable List<ToolDefinition> tools) {
    /** Nothing decided. */
    public static final Generation UNDECIDED = new Generation(null, null, null, null);

    public Generation {
        stop = stop == null ? null : List.copyOf(stop);
        tools = tools == null ? null : List.copyOf(tools);
    }

    /** Returns these options with other tools. */
    public Generation withTools(@Nullable List<ToolDefinition> others) {
        return new Generation(maxOutputTokens, temperature, stop, others);
    }

    /** This one where it decides, {@code defaults} elsewhere. */
    public Generation orElse(Generation defaults) {
        return new Generation(maxOutputTokens != null ? maxOutputTokens : defaults.maxOutputTokens,
                temperature != null ? temperature : defaults.temperature, stop != null ? stop : defaults.stop,
                tools != null ? tools : defaults.tools);
    }
}

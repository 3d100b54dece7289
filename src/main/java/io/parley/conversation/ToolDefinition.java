package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * A tool that the model may ask for.
 *
 * @param parameters a JSON Schema object, byte for byte as it came
 */
public record ToolDefinition(String name, @Nullable String description, RawJson parameters) {}

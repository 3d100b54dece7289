package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One block of a message's content. */
public sealed interface Content {

    /** Plain text, any Unicode. */
    record Text(String text) implements Content {}

    /** What the model said instead of an answer when it declined to give one. */
    record Refusal(String text) implements Content {}

    /** A picture in a user message or a tool result. */
    record Image(ImageSource source) implements Content {}

    /**
     * The model asks for a tool.
     *
     * @param id the provider's name of this call, echoed by its result
     * @param arguments a JSON object, byte for byte as the model wrote it; {@code {}} if it wrote nothing
     */
    record ToolCall(String id, String name, RawJson arguments) implements Content {}

    /**
     * What the tool answered.
     *
     * @param callId the {@link ToolCall#id} it answers
     * @param content text and images only
     * @param error whether the tool failed
     */
    record ToolResult(String callId, List<Content> content, boolean error) implements Content {
        public ToolResult { content = List.copyOf(content); }
    }

    /**
     * Visible reasoning of the model, resent unchanged to the provider that made it and to no other.
     *
     * @param provider the name, in the configuration, of the provider that made it; no other provider gets it
     * @param signature the provider's proof that the text is its own, if it gave one
     */
    record Thinking(String provider, String text, @Nullable String signature) implements Content {}

    /**
     * A block that only its provider understands (encrypted reasoning, server tools), kept byte for byte.
     *
     * @param provider the name, in the configuration, of the provider that made it; no other provider gets it
     */
    record Opaque(String provider, RawJson block) implements Content {}
}

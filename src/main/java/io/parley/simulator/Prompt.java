package io.parley.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent, whichever wire format it came in.
 *
 * @param system instructions; empty if there are none
 * @param said the conversation, at least one entry
 * @param tools what may be called; empty also where the client forbids it
 * @param maxTokens most tokens of the reply
 * @param stop texts at which the reply ends
 * @param usageInStream whether a streamed reply reports its usage
 * @param prefix the input as the prompt cache sees it
 */
record Prompt(String model, String system, List<Said> said, List<Tool> tools, int maxTokens, List<String> stop,
        boolean stream, boolean usageInStream, Prefix prefix) {
    Prompt {
        said = List.copyOf(said);
        tools = List.copyOf(tools);
        stop = List.copyOf(stop);
    }

    /** What the user said, in order. */
    List<Said> byUser() {
        return said.stream().filter(entry -> entry.speaker() == Speaker.USER).toList();
    }

    /** The entry that is to be answered. */
    Said last() {
        return said.getLast();
    }

    /** Who speaks. */
    enum Speaker {
        USER,
        ASSISTANT,
        TOOL
    }

    /**
     * One entry of the conversation.
     *
     * @param text all its text
     * @param images what can be told of each image, e.g. {@code an image of 640×480, PNG}
     */
    record Said(Speaker speaker, String text, List<String> images) {
        Said { images = List.copyOf(images); }
    }

    /**
     * A tool that may be called.
     *
     * @param forced whether the client wants it to be called whatever the user says
     * @param arguments an example of its arguments, a JSON object
     */
    record Tool(String name, boolean forced, String arguments) {}

    /** A tool call in the reply. */
    record Call(String id, String name, String arguments) {}

    /**
     * The reply.
     *
     * @param call asked for after the text, or null
     * @param stoppedAt the stop text that ended it, or null
     */
    record Answer(String text, @Nullable Call call, Ending ending, @Nullable String stoppedAt) {

        /** Tokens of text and arguments together. */
        int tokens() {
            return Tokens.count(text) + (call == null ? 0 : Tokens.count(call.name()) + Tokens.count(call.arguments()));
        }
    }

    /** Why a reply ended. */
    enum Ending {
        WHOLE,
        LENGTH,
        STOP_TEXT,
        TOOL_CALL
    }
}

package io.parley.provider;

import io.parley.conversation.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * One way in which the sent history differs from the stored one, so that the provider accepts it.
 *
 * @param message the message that differs; null if it is none
 */
public record Adaptation(@Nullable MessageId message, Kind kind) {

    /** The kind of a difference. Each kind has a sentence for a person that states the difference and its reason. */
    public enum Kind {
        MERGED("This message is sent as a part of the message before it, because the provider wants both sides in turn."),
        GREETING_BRIDGED("A short user message is sent before this one, because the provider wants the user to begin."),
        RESULTS_BRIDGED(
                "A short reply is sent before this message, because the provider wants one after the results of tools."),
        BLANK_TEXT("Blank text of this message is left out, because the provider refuses it."),
        BOUND_ELSEWHERE("Reasoning in this message is left out, because it is bound to another provider."),
        CALL_WITHOUT_RESULT("A tool call of this message is left out, because it has no result."),
        RESULT_WITHOUT_CALL("A tool result of this message is left out, because it answers no tool call."),
        TOOLS_AS_TEXT("Tool calls and results of this message are sent as text, because the model knows no tools."),
        TOOL_RENAMED("A tool name of this message is written in letters that every provider takes."),
        PICTURE_UNSEEN("A line of text stands for a picture of this message, because the model takes no pictures."),
        PICTURE_LEFT_OUT("A line of text stands for a picture of this message, because newer pictures fill the request."),
        PICTURE_REFUSED(
                "A line of text stands for a picture of this message, because the provider refused the request with pictures."),
        PICTURE_OF_REPLY(
                "A line of text stands for a picture of this reply, because providers take pictures of the user's side only."),
        MISPLACED("A block of this message is left out, because no provider takes one of its kind from this side."),
        PICTURE_SMALLER("A picture of this message is made smaller if it can be, because providers refuse one of its size."),
        PICTURES_AFTER_RESULT(
                "Pictures in a tool result are sent in a user message after it, because the provider takes text there.");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        /** Returns the sentence for a person. */
        public String sentence() {
            return sentence;
        }
    }
}

package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import java.util.List;

/** Estimates how long the request for a call becomes. */
final class CallSize {
    /** From here on the rendering would hold up the other replies of an event loop for a millisecond or more. */
    private static final long LARGE = 256 * 1024;

    private CallSize() {
    }

    static boolean isLarge(ChatCall call) {
        long characters = 0;
        for (Message message : call.messages()) {
            characters += of(message.content());
            if (characters > LARGE) {
                return true;
            }
        }
        return false;
    }

    private static long of(List<Content> content) {
        return content.stream().mapToLong(CallSize::of).sum();
    }

    private static long of(Content block) {
        return switch (block) {
            case Content.Text text -> text.text().length();
            case Content.Refusal refusal -> refusal.text().length();
            // Decoding and shrinking a picture takes long, so a call with a picture counts as large.
            case Content.Image image -> image.source() instanceof ImageSource.Inline ? LARGE + 1 : 0;
            case Content.ToolCall call -> call.arguments().text().length();
            case Content.ToolResult result -> of(result.content());
            case Content.Thinking thinking -> thinking.text().length();
            case Content.Opaque opaque -> opaque.block().text().length();
        };
    }
}

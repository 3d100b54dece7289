package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How large a content is. */
final class ContentSize {
    private ContentSize() {
    }

    /** Everything but images, in bytes of UTF-8. */
    static long text(List<Content> content) {
        return content.stream().mapToLong(ContentSize::text).sum();
    }

    /** Images, those in tool results included. */
    static long images(List<Content> content) {
        return content.stream().mapToLong(ContentSize::images).sum();
    }

    private static long text(Content block) {
        return switch (block) {
            case Content.Text(String text) -> Unicode.utf8Length(text);
            case Content.Refusal(String text) -> Unicode.utf8Length(text);
            case Content.Image _ -> 0;
            case Content.ToolCall(String _, String _, RawJson arguments) -> Unicode.utf8Length(arguments.text());
            case Content.ToolResult(String _, List<Content> content, boolean _) -> text(content);
            case Content.Thinking(String _, String text, String signature) -> Unicode.utf8Length(text) + length(signature);
            case Content.Opaque(String _, RawJson raw) -> Unicode.utf8Length(raw.text());
        };
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : Unicode.utf8Length(text);
    }

    private static long images(Content block) {
        return switch (block) {
            case Content.Image _ -> 1;
            case Content.ToolResult result -> images(result.content());
            case Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ -> 0;
        };
    }
}

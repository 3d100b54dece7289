package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts the bytes of stored images back into messages that are about to be sent.
 *
 * @param wanted SHA-256 of the images that are inlined; the other images stay as they are
 * @param bytes by SHA-256
 */
record InlineImages(Set<String> wanted, Map<String, ImageBytes> bytes) {

    List<Message> in(List<Message> messages) {
        return messages.stream().map(message -> message.withContent(message.content().stream().map(this::in).toList()))
                .toList();
    }

    private Content in(Content block) {
        return switch (block) {
            case Content.Image(ImageSource.Stored stored) when wanted.contains(stored.sha256()) -> inline(stored);
            case Content.ToolResult result ->
                new Content.ToolResult(result.callId(), result.content().stream().map(this::in).toList(), result.error());
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                block;
        };
    }

    private Content inline(ImageSource.Stored stored) {
        ImageBytes image = bytes.get(stored.sha256());
        return image == null ? new Content.Text("[an image that is no longer stored]")
                : new Content.Image(new ImageSource.Inline(image.mediaType(), image.base64()));
    }
}

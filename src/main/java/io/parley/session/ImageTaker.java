package io.parley.session;

import io.parley.conversation.Content;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Takes inline images out of a content and leaves their hashes. */
final class ImageTaker {
    private final List<ImageBytes> images = new ArrayList<>();

    private ImageTaker() {
    }

    static MessageIntake.Taken take(List<Content> content) {
        ImageTaker taker = new ImageTaker();
        List<Content> stored = content.stream().map(taker::takeFrom).toList();
        return new MessageIntake.Taken(stored, taker.images);
    }

    private Content takeFrom(Content block) {
        return switch (block) {
            case Content.Image(ImageSource.Inline inline) -> new Content.Image(store(inline));
            case Content.ToolResult result ->
                new Content.ToolResult(result.callId(), result.content().stream().map(this::takeFrom).toList(), result.error());
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                block;
        };
    }

    private ImageSource.Stored store(ImageSource.Inline inline) {
        byte[] bytes = Base64.getDecoder().decode(inline.base64());
        String sha256 = HexFormat.of().formatHex(sha256(bytes));
        images.add(new ImageBytes(sha256, inline.mediaType(), inline.base64()));
        ImageSize size = ImageSize.of(bytes);
        return new ImageSource.Stored(sha256, inline.mediaType(), bytes.length, size.width(), size.height());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

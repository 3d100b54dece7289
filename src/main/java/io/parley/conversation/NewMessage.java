package io.parley.conversation;

import java.util.List;

/**
 * A message that has no number yet.
 *
 * @param content at least one block; images are {@link ImageSource.Stored} or {@link ImageSource.Url}
 * @param images the bytes of the stored images that the content names and that the session may not have yet
 */
public record NewMessage(Role role, List<Content> content, TokenCount tokens, List<ImageBytes> images) {
    public NewMessage {
        content = List.copyOf(content);
        images = List.copyOf(images);
    }

    /** A message without new images. */
    public NewMessage(Role role, List<Content> content, TokenCount tokens) {
        this(role, content, tokens, List.of());
    }
}

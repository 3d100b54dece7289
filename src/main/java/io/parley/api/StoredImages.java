package io.parley.api;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.session.ReadRoom;
import io.parley.session.Sessions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Puts the bytes in the place of images that a client names by their hash, as answers show them: so that a message can be
 * sent back as it was read. What the client says of the image beside its hash is not believed.
 */
@Singleton
final class StoredImages {
    private final Sessions sessions;

    StoredImages(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * The content with all images inline or by URL; fails with {@code Failure.Invalid} for one the session has not.
     *
     * @param held what the request has in memory, which these images add to
     */
    Uni<List<Content>> resolve(Owner owner, SessionId session, List<Content> content, Bodies.Held held) {
        if (content.stream().noneMatch(StoredImages::namesStored)) {
            return Uni.createFrom().item(content);
        }
        // One after the other: each may be some MiB, and hundreds joined would each stand on the stack of the one before.
        return Multi.createFrom().iterable(content)
                .onItem().transformToUniAndConcatenate(block -> resolve(owner, session, block, held))
                .collect().asList();
    }

    private Uni<Content> resolve(Owner owner, SessionId session, Content block, Bodies.Held held) {
        return switch (block) {
            case Content.Image(ImageSource.Stored stored) -> inline(owner, session, stored.sha256(), held);
            case Content.ToolResult result -> resolve(owner, session, result.content(), held)
                    .map(content -> new Content.ToolResult(result.callId(), content, result.error()));
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                Uni.createFrom().item(block);
        };
    }

    private Uni<Content> inline(Owner owner, SessionId session, String sha256, Bodies.Held held) {
        return sessions.image(owner, session, sha256, ReadRoom.UNBOUNDED)
                .invoke(image -> held.add(image.base64().length()))
                .<Content> map(image -> new Content.Image(new ImageSource.Inline(image.mediaType(), image.base64())))
                .onFailure(StoredImages::isUnknownImage)
                .transform(_ -> new Failure.Invalid("/content", "names an image that this session does not have: " + sha256));
    }

    private static boolean isUnknownImage(Throwable failure) {
        return failure instanceof Failure.NotFound notFound
                && notFound.code() == FailureCode.IMAGE_NOT_FOUND;
    }

    private static boolean namesStored(Content block) {
        return switch (block) {
            case Content.Image(ImageSource.Stored _) -> true;
            case Content.ToolResult result -> result.content().stream().anyMatch(StoredImages::namesStored);
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                false;
        };
    }
}

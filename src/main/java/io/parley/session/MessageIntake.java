package io.parley.session;

import io.parley.conversation.Content;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes what a client sent storable: images by hash, tokens counted, all of it off the event loop where it is long. */
@ApplicationScoped
public class MessageIntake {
    private final SettingsRules rules;

    MessageIntake(SettingsRules rules) {
        this.rules = rules;
    }

    /**
     * The storable form of a content.
     *
     * @param model catalogue name of the model that counts; null: the default model
     * @param content images inline or by URL; the caller has checked them
     */
    public Uni<NewMessage> take(@Nullable String model, Role role, List<Content> content) {
        if (content.stream().noneMatch(MessageIntake::holdsInlineImage)) {
            return counted(model, new Taken(content, List.of()), role);
        }
        return Uni.createFrom().item(() -> ImageTaker.take(content))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .chain(taken -> counted(model, taken, role));
    }

    private Uni<NewMessage> counted(@Nullable String model, Taken taken, Role role) {
        return rules.count(model, taken.content())
                .map(tokens -> new NewMessage(role, taken.content(), tokens, taken.images()));
    }

    private static boolean holdsInlineImage(Content block) {
        return switch (block) {
            case Content.Image(ImageSource.Inline _) -> true;
            case Content.ToolResult result -> result.content().stream().anyMatch(MessageIntake::holdsInlineImage);
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                false;
        };
    }

    /** A content whose inline images have been taken out. */
    record Taken(List<Content> content, List<ImageBytes> images) {}
}

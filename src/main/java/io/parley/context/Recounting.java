package io.parley.context;

import io.parley.conversation.Message;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.TokenCount;
import io.parley.provider.Model;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;

/** Counts anew what was counted with another model's tokeniser, where the model's own is known. */
final class Recounting {
    private Recounting() {
    }

    /** The messages with counts that are good for a model; counting is off the event loop. */
    static Uni<List<Message>> of(List<Message> messages, Model model, TokenCounter counter) {
        boolean good = !model.counting().exact()
                || messages.stream().allMatch(message -> serves(message.meta().tokens(), model));
        return good ? Uni.createFrom().item(messages)
                : Uni.createFrom().item(() -> messages.stream().map(message -> recounted(message, model, counter)).toList())
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static Message recounted(Message message, Model model, TokenCounter counter) {
        return serves(message.meta().tokens(), model) ? message
                : withTokens(message, counter.countNow(message.content(), model.encoding()));
    }

    private static boolean serves(TokenCount stored, Model model) {
        return stored.encoding().equals(TokenCounter.known(model.encoding()));
    }

    private static Message withTokens(Message message, TokenCount tokens) {
        MessageMeta old = message.meta();
        MessageMeta meta = new MessageMeta(old.id(), old.turn(), old.status(), tokens, old.createdAt(), old.updatedAt(),
                old.version(), old.superseded(), old.parent());
        return switch (message) {
            case Message.User user -> new Message.User(meta, user.content());
            case Message.Assistant reply -> new Message.Assistant(meta, reply.content(), reply.model(), reply.finishReason());
            case Message.Tool tool -> new Message.Tool(meta, tool.content());
        };
    }
}

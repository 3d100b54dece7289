package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextRequest;
import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import io.parley.turn.Opening.Opened;
import io.parley.turn.TurnContext.Found;
import io.parley.turn.TurnStore.History;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From an opened turn to the request that is sent: settles model and policy, chooses the context, fetches its images. */
final class TurnPreparation {
    private final TurnWork work;
    private final Opened opened;
    private final Settled settled;
    private final TurnContext context;
    private @Nullable ContextRequest shortened;

    TurnPreparation(TurnWork work, Opened opened, Settled settled) {
        this.work = work;
        this.opened = opened;
        this.settled = settled;
        Found found = new Found(opened.session(), opened.history(), opened.read(), opened.complete(), opened.context());
        this.context = new TurnContext(work.contexts, settled, found,
                plan -> work.store.read(opened.turn().session(), null, plan).map(History::messages));
    }

    /** The model that answers. */
    Model model() {
        return settled.model();
    }

    /** Whether model and policies are the session's own, so that the next turn goes on from what this one sends. */
    boolean isOfSession() {
        return settled.ofSession();
    }

    /** The context that the policy chooses. */
    Uni<ChosenContext> context() {
        return context.choose(work.clock.instant(), work.contexts::choose)
                .invoke(chosen -> check(chosen, opened.turn().userMessage()));
    }

    /** Refuses a context that does not end with what is to be answered. */
    static void check(ChosenContext context, MessageId input) {
        if (context.messages().isEmpty() || !context.messages().getLast().id().equals(input)) {
            throw new Failure.Invalid(FailureCode.NOTHING_TO_ANSWER,
                    "The input answers no tool call of this conversation, so it cannot be sent.", List.of());
        }
    }

    /**
     * A shorter context after the provider has refused one as too long.
     *
     * @return fails with {@code refusal} where nothing is left that could be left out, and the reply is to be no shorter
     */
    Uni<ChosenContext> shorter(ChosenContext refused, Failure.Provider refusal) {
        ContextRequest before = shortened != null ? shortened : context.request(work.clock.instant());
        ContextRequest request = work.contexts.shortened(before, refused, refusal.contextLimit());
        shortened = request;
        return work.contexts.learnLimit(request, refusal.contextLimit())
                .chain(() -> context.shorter(request))
                .invoke(shorter -> {
                    if (shorter.sentTokens() >= refused.sentTokens() && !asksForLess(shorter, refused)) {
                        throw refusal;
                    }
                });
    }

    /** Providers count the room for the reply as a part of what they refuse. */
    private static boolean asksForLess(ChosenContext shorter, ChosenContext refused) {
        Integer now = shorter.generation().maxOutputTokens();
        Integer before = refused.generation().maxOutputTokens();
        return now != null && (before == null || now < before);
    }

    /**
     * The request to the model, images included.
     *
     * @param place takes the room that the images need
     */
    Uni<ChatCall> call(ChosenContext chosen, ImageRoom.Place place) {
        Map<String, Long> images = new HashMap<>();
        chosen.messages().forEach(message -> message.content().forEach(block -> collect(block, images)));
        if (images.isEmpty()) {
            return Uni.createFrom().item(call(chosen, chosen.messages()));
        }
        return place.take(images.values().stream().mapToLong(bytes -> (bytes + 2) / 3 * 4).sum())
                .chain(() -> work.store.images(opened.turn().session(), images.keySet()))
                .map(found -> call(chosen, new InlineImages(found).in(chosen.messages())));
    }

    private ChatCall call(ChosenContext chosen, List<Message> messages) {
        return new ChatCall(settled.model(), chosen.system(), messages, chosen.generation(), chosen.cache());
    }

    private static void collect(Content block, Map<String, Long> bytes) {
        if (block instanceof Content.Image(ImageSource.Stored image)) {
            bytes.put(image.sha256(), (long) image.bytes());
        } else if (block instanceof Content.ToolResult result) {
            result.content().forEach(inner -> collect(inner, bytes));
        }
    }
}

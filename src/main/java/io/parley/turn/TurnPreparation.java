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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From an opened turn to the request that is sent: settles model and policy, chooses the context, fetches its images. */
final class TurnPreparation {
    private static final double LESS = 0.9;
    private final TurnWork work;
    private final Opened opened;
    private final Settled settled;
    private final TurnContext context;
    private @Nullable ContextRequest shortened;
    private Failure.@Nullable Provider tooManyImages;

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
                    "The input answers no tool call of this conversation. Send the id of a tool call as callId.", List.of());
        }
    }

    /**
     * A shorter context after the provider has refused one as too long.
     *
     * @return fails with {@code refusal} where nothing is left that could be left out, and the reply is to be no shorter
     */
    Uni<ChosenContext> shorter(ChosenContext refused, Failure.Provider refusal) {
        ContextRequest before = shortened != null ? shortened : context.request(work.clock.instant());
        boolean ours = refusal == tooManyImages;
        ContextRequest request = ours ? before.atMost(sendable(refused))
                : work.contexts.shortened(before, refused, refusal.contextLimit());
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
     * @return fails with {@code CONTEXT_TOO_LONG} if they need more than there can be: a shorter context may do
     */
    Uni<ChatCall> call(ChosenContext chosen, ImageRoom.Place place) {
        List<ImageSource.Stored> images = images(chosen);
        if (images.isEmpty()) {
            place.leave();
            return Uni.createFrom().item(call(chosen, chosen.messages()));
        }
        if (size(images) > work.images.mostOfCall()) {
            tooManyImages = new Failure.Provider(FailureCode.CONTEXT_TOO_LONG,
                    "The images are too large for one call to the model. Send fewer or smaller images.", false, null, null);
            return Uni.createFrom().failure(tooManyImages);
        }
        return place.take(size(images))
                .chain(() -> work.store.images(opened.turn().session(),
                        images.stream().map(ImageSource.Stored::sha256).collect(Collectors.toSet())))
                .map(found -> call(chosen, new InlineImages(found).in(chosen.messages())));
    }

    /** As base64. One that is named again is written again. */
    private static long size(List<ImageSource.Stored> images) {
        return images.stream().mapToLong(image -> (image.bytes() + 2L) / 3 * 4).sum();
    }

    /** As many tokens as are likely to have no more images than one call may have. */
    private long sendable(ChosenContext refused) {
        double part = (double) work.images.mostOfCall() / size(images(refused));
        return (long) (refused.sentTokens() * Math.min(part, LESS));
    }

    private static List<ImageSource.Stored> images(ChosenContext chosen) {
        List<ImageSource.Stored> images = new ArrayList<>();
        chosen.messages().forEach(message -> message.content().forEach(block -> collect(block, images)));
        return images;
    }

    private ChatCall call(ChosenContext chosen, List<Message> messages) {
        return new ChatCall(settled.model(), chosen.system(), messages, chosen.generation(), chosen.cache());
    }

    private static void collect(Content block, List<ImageSource.Stored> images) {
        if (block instanceof Content.Image(ImageSource.Stored image)) {
            images.add(image);
        } else if (block instanceof Content.ToolResult result) {
            result.content().forEach(inner -> collect(inner, images));
        }
    }
}

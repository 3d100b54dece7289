package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextRequest;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.CallForm;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import io.parley.provider.WireHistory;
import io.parley.turn.Opening.Opened;
import io.parley.turn.TurnContext.Found;
import io.parley.turn.TurnStore.History;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
                .invoke(chosen -> check(chosen, opened.history().getLast()));
    }

    /**
     * Refuses a context that does not end with the input.
     *
     * @param input the stored input
     */
    static void check(ChosenContext context, Message input) {
        if (!context.messages().isEmpty() && context.messages().getLast().id().equals(input.id())) {
            return;
        }
        if (context.scale().tokens(input) >= context.room().window()) {
            throw new Failure.Provider(FailureCode.CONTEXT_TOO_LONG,
                    "The result is longer than the model's context window. Send a shorter result, or choose a model with a "
                            + "larger context window.",
                    false, null, null);
        }
        throw new Failure.Invalid(FailureCode.NOTHING_TO_ANSWER,
                "The input answers no tool call of this conversation. Send the id of a tool call as callId.", List.of());
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
     * Returns the request to the model, with its images.
     *
     * @param form the form in which the history is sent
     * @param place takes the room that the images need
     */
    Uni<ChatCall> call(ChosenContext chosen, CallForm form, ImageRoom.Place place) {
        ChatCall call = call(chosen, chosen.messages(), form);
        // A history without pictures needs no arranging here, because the provider arranges it when it writes the request.
        List<ImageSource.Stored> images = CallImages.holdsImage(chosen.messages())
                ? CallImages.stored(work.calls.arranged(call))
                : List.of();
        if (images.isEmpty()) {
            place.leave();
            return Uni.createFrom().item(call);
        }
        Set<String> names = images.stream().map(ImageSource.Stored::sha256).collect(Collectors.toSet());
        return place.take(CallImages.size(images))
                .chain(() -> work.store.images(opened.turn().session(), names))
                .map(found -> call(chosen, CallImages.inline(chosen.messages(), names, found), form));
    }

    /**
     * Returns whether it is worth sending a refused context in another form. Text only is not, if the input holds a picture,
     * because the reply would not have seen that picture.
     *
     * @param refused the form that was refused
     */
    boolean isWorthTrying(ChosenContext chosen, CallForm refused, CallForm other) {
        WireHistory before = work.calls.arranged(call(chosen, chosen.messages(), refused));
        WireHistory after = work.calls.arranged(call(chosen, chosen.messages(), other));
        return !before.entries().equals(after.entries())
                && (other != CallForm.PLAIN || CallImages.areOld(before, chosen.messages()));
    }

    /** Returns the context as Parley reports and stores it when it is sent in this form. */
    SentContext sent(ChosenContext chosen, CallForm form) {
        return new SentContext(chosen, form != CallForm.PLAIN || !CallImages.holdsImage(chosen.messages()) ? List.of()
                : CallImages.shownBy(work.calls.arranged(call(chosen, chosen.messages(), CallForm.USUAL)),
                        chosen.messages()));
    }

    /** Returns the message that the provider's refusal names; null if it names none. */
    @Nullable
    MessageId refused(ChosenContext sent, CallForm form, Failure.Provider refusal) {
        Integer index = refusal.refusedMessage();
        return index == null ? null : work.calls.messageAt(call(sent, sent.messages(), form), index);
    }

    private ChatCall call(ChosenContext chosen, List<Message> messages, CallForm form) {
        return new ChatCall(settled.model(), chosen.system(), messages, chosen.generation(), chosen.cache(), form);
    }
}

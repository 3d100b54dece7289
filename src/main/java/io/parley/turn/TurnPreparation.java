package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextRequest;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Generation;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionSettings;
import io.parley.provider.CacheHints;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import io.parley.turn.Opening.Opened;
import io.smallrye.mutiny.Uni;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From an opened turn to the request that is sent: settles model and policy, chooses the context, fetches its images. */
final class TurnPreparation {
    private final TurnWork work;
    private final Opened opened;
    private final Model model;
    private final List<ContextSpec> specs;
    private final Generation generation;

    TurnPreparation(TurnWork work, Opened opened, TurnRequest request) {
        SessionSettings settings = opened.session().settings();
        this.work = work;
        this.opened = opened;
        this.model = work.rules.model(request.model() != null ? request.model() : settings.model());
        this.specs = request.context() != null ? request.context() : settings.context();
        this.generation = request.generation().orElse(settings.generation());
    }

    /** The model that answers. */
    Model model() {
        return model;
    }

    /** The context that the policy chooses. */
    Uni<ChosenContext> context() {
        return history().chain(this::choose)
                .chain(context -> context.messages().isEmpty() && !opened.complete() ? readAll().chain(this::choose)
                        : Uni.createFrom().item(context))
                .invoke(this::check);
    }

    private Uni<List<Message>> history() {
        ReadPlan needed = work.contexts.plan(model, specs, generation);
        if (opened.complete() || needed.isCoveredBy(opened.read())) {
            return Uni.createFrom().item(opened.history());
        }
        return read(needed);
    }

    /** For an exchange that is longer than any budget, so that its user message was not among what was read. */
    private Uni<List<Message>> readAll() {
        return read(new ReadPlan(0, 0, model.contextWindow() * 4L));
    }

    private Uni<List<Message>> read(ReadPlan plan) {
        return work.store.read(opened.turn().session(), null, plan).map(TurnStore.History::messages);
    }

    private Uni<ChosenContext> choose(List<Message> history) {
        SessionSettings settings = opened.session().settings();
        ContextRequest request = new ContextRequest(model, specs, generation, settings.systemPrompt(), settings.facts(),
                opened.session().totals());
        return work.contexts.choose(request, history);
    }

    private void check(ChosenContext context) {
        if (context.messages().isEmpty() || !context.messages().getLast().id().equals(opened.turn().userMessage())) {
            throw new Failure.Invalid(FailureCode.NOTHING_TO_ANSWER,
                    "The input answers no tool call of this conversation, so it cannot be sent.", List.of());
        }
    }

    /** The request to the model, images included. */
    Uni<ChatCall> call(ChosenContext context) {
        Set<String> hashes = new HashSet<>();
        context.messages().forEach(message -> message.content().forEach(block -> collect(block, hashes)));
        if (hashes.isEmpty()) {
            return Uni.createFrom().item(call(context, context.messages()));
        }
        return work.store.images(opened.turn().session(), hashes)
                .map(images -> call(context, new InlineImages(images).in(context.messages())));
    }

    private ChatCall call(ChosenContext context, List<Message> messages) {
        // Forks share the tag and begin alike, so they share the cache.
        CacheHints cache = CacheHints.none(opened.turn().session().tag());
        return new ChatCall(model, context.system(), messages, context.generation(), cache);
    }

    private static void collect(Content block, Set<String> hashes) {
        if (block instanceof Content.Image(ImageSource.Stored image)) {
            hashes.add(image.sha256());
        } else if (block instanceof Content.ToolResult result) {
            result.content().forEach(inner -> collect(inner, hashes));
        }
    }
}

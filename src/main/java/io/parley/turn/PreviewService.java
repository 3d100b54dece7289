package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextRequest;
import io.parley.context.StoredContext;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.Violation;
import io.parley.provider.Adaptation;
import io.parley.provider.ChatCall;
import io.parley.turn.Preview.Sum;
import io.parley.turn.TurnContext.Found;
import io.parley.turn.TurnStore.Peeked;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Previews by the same steps as a turn: the same checks, the same settling of model and policies, the same choice. */
@ApplicationScoped
class PreviewService implements Previews {
    private final TurnWork work;
    private final CommandIntake intake;

    PreviewService(TurnWork work, CommandIntake intake) {
        this.work = work;
        this.intake = intake;
    }

    @Override
    public Uni<Preview> preview(TurnCommand command, @Nullable List<ContextSpec> policies) {
        return intake.check(command, () -> check(policies))
                .chain(() -> intake.take(command))
                .chain(message -> work.store
                        .peek(command.owner(), command.target(), message, work.rules.plan(command.options()))
                        .chain(peeked -> preview(command, message, policies, peeked)));
    }

    private void check(@Nullable List<ContextSpec> policies) {
        List<Violation> violations = policies == null ? List.of() : work.contexts.violations(policies);
        if (!violations.isEmpty()) {
            throw new Failure.Invalid(FailureCode.INVALID_REQUEST, "policy: " + violations.getFirst().sentence(),
                    violations.stream().map(violation -> new Violation("policy", violation.detail())).toList());
        }
    }

    private Uni<Preview> preview(TurnCommand command, @Nullable NewMessage said, @Nullable List<ContextSpec> policies,
            Peeked peeked) {
        List<ContextSpec> own = peeked.session().settings().context();
        List<ContextSpec> inPlace = policies == null || isSame(policies, own) ? own : policies;
        Settled settled = Settled.of(work.rules, peeked.session().settings(), inPlace, command.options());
        List<Message> newer = newer(said, peeked);
        StoredContext stored = inPlace.equals(own) ? peeked.context() : peeked.context().withoutCut();
        Found found = found(peeked, stored, said, newer);
        TurnContext context = new TurnContext(work.contexts, settled, found,
                plan -> work.store.read(command.session(), new MessageId(peeked.through() + 1), plan)
                        .map(read -> joined(read.messages(), newer)));
        Instant now = work.clock.instant();
        return context.choose(now, work.contexts::preview)
                .invoke(chosen -> checkEnd(command.target(), said, chosen, found))
                .map(chosen -> preview(said, settled, context.request(now), chosen, peeked, found.history()));
    }

    private boolean isSame(List<ContextSpec> some, List<ContextSpec> others) {
        return work.contexts.inForce(some).equals(work.contexts.inForce(others));
    }

    /** Checks the end of a context, unless the conversation is shown as it stands. */
    private static void checkEnd(Target target, @Nullable NewMessage said, ChosenContext chosen, Found found) {
        if (said != null || !(target instanceof Target.Existing)) {
            TurnPreparation.check(chosen, found.history().getLast());
        }
    }

    private Preview preview(@Nullable NewMessage said, Settled settled, ContextRequest request, ChosenContext chosen,
            Peeked peeked,
            List<Message> history) {
        PreviewedMessages messages = new PreviewedMessages(chosen, peeked.heads());
        Sum older = messages.older(request.totals());
        return new Preview(settled.model(), work.contexts.inForce(settled.specs()), chosen,
                said == null ? null : new MessageId(peeked.next()), List.copyOf(messages.all()), older,
                messages.summarised(older), work.contexts.cachedSegments(request, chosen),
                work.contexts.isRecallLeftOut(chosen), adaptations(settled, chosen, history));
    }

    /** Adds the calls and results without a partner, because the context leaves them out before the provider's rules apply. */
    private List<Adaptation> adaptations(Settled settled, ChosenContext chosen, List<Message> history) {
        long first = chosen.messages().isEmpty() ? Long.MAX_VALUE : chosen.messages().getFirst().id().sequence();
        List<Message> sent = history.stream().filter(message -> message.id().sequence() >= first).toList();
        return Stream.concat(UnpairedCalls.in(sent).stream(), work.calls.arranged(call(settled, chosen)).adaptations().stream())
                .toList();
    }

    private static ChatCall call(Settled settled, ChosenContext chosen) {
        return new ChatCall(settled.model(), chosen.system(), chosen.messages(), chosen.generation(), chosen.cache());
    }

    private static Found found(Peeked peeked, StoredContext context, @Nullable NewMessage said, List<Message> newer) {
        Session stored = peeked.session();
        HistoryTotals totals = said == null ? stored.totals()
                : new HistoryTotals(stored.totals().messages() + 1, stored.totals().tokens() + said.tokens().tokens());
        return new Found(stored.withTotals(totals), said == null ? peeked.history() : joined(peeked.history(), newer),
                peeked.read(),
                peeked.complete(), context);
    }

    /** What stands above the history that the turn would go on from: something said anew, or an input that is brought back. */
    private List<Message> newer(@Nullable NewMessage said, Peeked peeked) {
        if (said != null) {
            return List.of(message(said, new MessageId(peeked.next())));
        }
        return peeked.history().stream().filter(message -> message.id().sequence() > peeked.through()).toList();
    }

    private Message message(NewMessage said, MessageId id) {
        Instant now = work.clock.instant();
        MessageMeta meta = new MessageMeta(id, null, MessageStatus.COMPLETED, said.tokens(), now, now, 1, false);
        return said.role() == Role.TOOL ? new Message.Tool(meta, said.content()) : new Message.User(meta, said.content());
    }

    private static List<Message> joined(List<Message> history, List<Message> newer) {
        List<Message> joined = new ArrayList<>(history);
        joined.addAll(newer);
        return joined;
    }
}

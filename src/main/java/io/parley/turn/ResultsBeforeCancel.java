package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore;
import io.parley.turn.TurnStore.Peeked;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses tool results that leave a call open, before the running turn is cancelled for them. The opening refuses them too, but
 * only after the running turn has ended.
 */
@ApplicationScoped
class ResultsBeforeCancel {
    private final TurnStore store;
    private final EventLogStore logs;

    ResultsBeforeCancel(TurnStore store, EventLogStore logs) {
        this.store = store;
        this.logs = logs;
    }

    /**
     * Fails with {@code Failure.Invalid} if results would still be missing. The reply so far of the running turn counts too.
     *
     * @param running the turn that is to be cancelled; null if it has just ended
     */
    Uni<Void> check(OpenTurn open, @Nullable TurnId running) {
        NewMessage message = open.message();
        if (message == null || !open.saysNext() || message.role() != Role.TOOL) {
            return Uni.createFrom().voidItem();
        }
        return saidSoFar(open, running)
                .chain(said -> store.peek(open.owner(), open.target(), message, open.plan())
                        .invoke(peeked -> check(history(peeked, said, message))))
                .replaceWithVoid();
    }

    private Uni<List<Content>> saidSoFar(OpenTurn open, @Nullable TurnId running) {
        if (running == null) {
            return Uni.createFrom().item(List.of());
        }
        return store.find(open.owner(), open.session(), running).chain(turn -> {
            StoredReply reply = new StoredReply(logs, turn);
            return turn.state().isOver() ? Uni.createFrom().item(List.<Content> of()) : reply.read().map(_ -> reply.content());
        })
                // The opening of that turn has been undone meanwhile. The store notices by itself if the session is gone.
                .onFailure(Failure.NotFound.class).recoverWithItem(List.of());
    }

    private static List<Message> history(Peeked peeked, List<Content> said, NewMessage message) {
        List<Message> history = new ArrayList<>(peeked.history());
        if (!said.isEmpty()) {
            history.add(new Message.Assistant(meta(peeked.next(), message), said, null, null));
        }
        history.add(new Message.Tool(meta(peeked.next() + 1, message), message.content()));
        return history;
    }

    private static MessageMeta meta(long sequence, NewMessage message) {
        return new MessageMeta(new MessageId(sequence), null, MessageStatus.COMPLETED, message.tokens(), Instant.EPOCH,
                Instant.EPOCH, 1, false);
    }

    private static void check(List<Message> history) {
        List<String> missing = MissingResults.of(history);
        if (!missing.isEmpty()) {
            throw MissingResults.refusal(missing);
        }
    }
}

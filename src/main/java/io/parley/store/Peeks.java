package io.parley.store;

import io.parley.conversation.HistoryTotals;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.turn.Target;
import io.parley.turn.TurnStore.Head;
import io.parley.turn.TurnStore.Peeked;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a turn would find: the question to {@code peek.lua} and its answer. */
final class Peeks {
    /** The list is only for people; looking at much more would hold up everybody else. */
    private static final int MOST_BYTES_LISTED = 4 * 1024 * 1024;
    private static final int PARTS_OF_A_HEAD = 3;

    private Peeks() {
    }

    static List<String> arguments(Owner owner, Target target, @Nullable NewMessage said, @Nullable ReadPlan plan) {
        List<String> arguments = new ArrayList<>(List.of("=" + owner.name()));
        arguments.addAll(plan == null ? Plans.NONE : Plans.arguments(plan));
        arguments.addAll(List.of(TurnOpen.kind(target, said), TurnOpen.replaced(target),
                said == null ? "" : Integer.toString(said.tokens().tokens()), Integer.toString(Peeked.MOST_HEADS),
                Integer.toString(MOST_BYTES_LISTED)));
        return arguments;
    }

    static Peeked peeked(SessionId id, Response answer) {
        Session session = Answers.session(id, answer.get(1))
                .withTotals(new HistoryTotals(Answers.number(answer, 6), Answers.number(answer, 7)));
        return new Peeked(session, Answers.history(id, answer.get(4)), Answers.plan(answer.get(2)), Answers.flag(answer, 3),
                StoredContextCodec.decode(answer.get(5)), Answers.number(answer, 8), Answers.number(answer, 9),
                heads(answer.get(10)));
    }

    private static List<Head> heads(Response items) {
        List<Head> heads = new ArrayList<>();
        for (int i = 0; i + 2 < items.size(); i += PARTS_OF_A_HEAD) {
            heads.add(new Head(new MessageId(Answers.number(items, i)),
                    StoredNames.ROLE.value(Answers.text(items, i + 1), Role.USER), Answers.number(items, i + 2)));
        }
        return heads;
    }
}

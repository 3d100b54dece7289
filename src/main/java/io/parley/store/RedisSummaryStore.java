package io.parley.store;

import io.parley.context.SummaryStore;
import io.parley.conversation.Cost;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Summaries in Redis: a hash of the session, by the last message that each covers. */
@ApplicationScoped
public class RedisSummaryStore implements SummaryStore {
    /** Longer than making one may take. */
    private static final Duration CLAIM = Duration.ofMinutes(3);
    private static final int MOST_BYTES = 8 * 1024 * 1024;
    private final RedisGate gate;

    RedisSummaryStore(RedisGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<Optional<Source>> plan(SessionId session, MessageId through) {
        String claim = RequestNames.fresh();
        List<String> arguments = List.of(Long.toString(through.sequence()), Long.toString(CLAIM.toMillis()),
                Integer.toString(MOST_BYTES), claim);
        return gate.run(Script.SUMMARY_PLAN, Keys.of(session), arguments)
                .map(answer -> Answers.is(answer, "NO") ? Optional.empty()
                        : Optional.of(source(session, Answers.expect(answer, "OK"), claim)));
    }

    private static Source source(SessionId session, Response answer, String claim) {
        String before = Answers.text(answer, 2);
        return new Source(Answers.number(answer, 1), before.isEmpty() ? null : SummaryCodec.decode(before),
                Answers.inOrder(session, answer.get(3)), claim);
    }

    @Override
    public Uni<Boolean> add(SessionId session, MessageId through, Source source, @Nullable Summary summary, Usage usage,
            @Nullable Cost cost) {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(through.sequence()), Long.toString(source.edits()),
                summary == null ? "" : SummaryCodec.encode(summary), source.claim()));
        arguments.addAll(SpendingCodec.arguments(usage, cost));
        return gate.run(Script.SUMMARY_ADD, Keys.of(session), arguments)
                .map(answer -> Answers.is(answer, "OK") || !Answers.is(Answers.expect(answer, "STALE"), "STALE"));
    }
}

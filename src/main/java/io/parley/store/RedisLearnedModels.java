package io.parley.store;

import io.parley.context.Learned;
import io.parley.context.LearnedModels;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** What is learned of models, in Redis: one hash a model. */
@ApplicationScoped
public class RedisLearnedModels implements LearnedModels {
    static final Duration LIFE = Duration.ofDays(90);
    /** A limit that a provider states may be raised without a word. */
    static final Duration LIFE_OF_A_LIMIT = Duration.ofHours(1);
    private static final long LEAST_LIMIT = 1_024;
    private static final long MOST_LIMIT = 10_000_000;
    private final RedisGate gate;

    RedisLearnedModels(RedisGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<Learned> find(String model) {
        return run(Script.MODEL_FIND, model, List.of());
    }

    @Override
    public Uni<Learned> learn(String model, double ratio) {
        double sample = Math.clamp(ratio, Learned.LEAST_RATIO, Learned.MOST_RATIO);
        return run(Script.MODEL_LEARN, model, List.of(Double.toString(sample), Double.toString(Learned.LEAST_RATIO),
                Double.toString(Learned.MOST_RATIO), Integer.toString(Learned.MOST_SAMPLES), Long.toString(LIFE.toMillis())));
    }

    @Override
    public Uni<Learned> limit(String model, SessionId session, long limit) {
        if (limit < LEAST_LIMIT || limit > MOST_LIMIT) {
            return find(model);
        }
        return run(Script.MODEL_LIMIT, model,
                List.of(Keys.hashed(session), Long.toString(limit), Long.toString(LIFE.toMillis())));
    }

    @Override
    public Uni<Learned> taken(String model, long tokens) {
        return run(Script.MODEL_TAKEN, model, List.of(Long.toString(tokens)));
    }

    private Uni<Learned> run(Script script, String model, List<String> arguments) {
        return gate.run(script, List.of(Keys.model(model)), arguments)
                .map(answer -> learned(Answers.number(Answers.expect(answer, "OK"), 1), answer.get(2)));
    }

    private static Learned learned(long now, Response fields) {
        boolean limited = Answers.textOrNull(fields, 2) != null
                && now - Answers.number(fields, 3) < LIFE_OF_A_LIMIT.toSeconds();
        long limit = limited ? Answers.number(fields, 2) : 0;
        if (Answers.textOrNull(fields, 0) == null) {
            return new Learned(Learned.NOTHING.ratio(), Learned.NOTHING.samples(), limit);
        }
        return new Learned(ratio(Answers.text(fields, 0)), (int) Answers.number(fields, 1), limit);
    }

    private static double ratio(String stored) {
        try {
            return Math.clamp(Double.parseDouble(stored), Learned.LEAST_RATIO, Learned.MOST_RATIO);
        } catch (NumberFormatException _) {
            throw new CorruptRecord("the ratio of a model is not a number");
        }
    }
}

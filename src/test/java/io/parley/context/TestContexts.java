package io.parley.context;

import io.parley.conversation.SessionId;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Contexts put together as the application does it, without the application. */
public final class TestContexts {
    public static final TokenCounter COUNTER = new TokenCounter();

    private TestContexts() {
    }

    /** With all policies. */
    static Contexts with(Recall recall, Model... models) {
        return with(recall, new Kept(), models);
    }

    static Contexts with(Recall recall, LearnedModels learned, Model... models) {
        Catalogue catalogue = new Catalogue(List.of(models));
        Policies policies = new Policies(List.of(new FullPolicy(), new SlidingWindowPolicy(), new TokenBudgetPolicy(),
                new SummarisePolicy(catalogue), new RetrievePolicy()), new Config("{\"policy\":\"token-budget\"}", 1500));
        return new Contexts(policies, COUNTER, new TokenEstimates(learned, InstantSource.system()), recall);
    }

    /** Finds nothing. */
    static Recall nothing() {
        return finding((_, _, _) -> List.of());
    }

    /** Finds turns of which the same ones are found again. */
    static Recall finding(Finding finding) {
        return new Recall() {
            @Override
            public Uni<List<RecalledTurn>> find(SessionId session, String query, long before, int topK) {
                return Uni.createFrom().item(finding.find(query, before, topK));
            }

            @Override
            public Uni<List<RecalledTurn>> again(SessionId session, List<VectorIndex.Hit> turns) {
                return Uni.createFrom().item(finding.find("", Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                        .filter(turn -> turns.stream()
                                .anyMatch(hit -> hit.first() == turn.messages().getFirst().id().sequence()))
                        .toList());
            }
        };
    }

    /** What is found for a text among the turns before a message; all of them for an empty one. */
    interface Finding {
        List<RecalledTurn> find(String query, long before, int topK);
    }

    record Config(String policy, int summaryTokens) implements ContextConfig {}

    record Catalogue(List<Model> all) implements ModelCatalogue {

        @Override
        public Optional<Model> find(String name) {
            return all.stream().filter(model -> model.name().equals(name)).findFirst();
        }

        @Override
        public Model defaultModel() {
            return all.getFirst();
        }

        @Override
        public boolean isConfigured(Model model) {
            return true;
        }
    }

    /** What was learned, in memory. */
    static final class Kept implements LearnedModels {
        private final Map<String, Learned> known = new ConcurrentHashMap<>();

        @Override
        public Uni<Learned> find(String model) {
            return Uni.createFrom().item(known.getOrDefault(model, Learned.NOTHING));
        }

        @Override
        public Uni<Learned> learn(String model, double ratio) {
            return Uni.createFrom().item(known.merge(model, new Learned(ratio, 1, 0),
                    (before, _) -> new Learned(ratio, before.samples() + 1, before.limit())));
        }

        @Override
        public Uni<Learned> limit(String model, SessionId session, long limit) {
            return Uni.createFrom().item(known.merge(model, new Learned(1, 0, limit),
                    (before, _) -> new Learned(before.ratio(), before.samples(), limit)));
        }

        @Override
        public Uni<Learned> taken(String model, long tokens) {
            return Uni.createFrom().item(known.merge(model, Learned.NOTHING, (before, _) -> new Learned(before.ratio(),
                    before.samples(), before.limit() < tokens ? 0 : before.limit())));
        }
    }
}

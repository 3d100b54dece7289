package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Message;
import io.parley.provider.Ability;
import io.parley.provider.CallForm;
import io.parley.provider.ChatCall;
import io.parley.provider.Counting;
import io.parley.provider.Endpoint;
import io.parley.provider.Model;
import io.parley.provider.ProviderParts;
import io.parley.provider.Reply;
import io.parley.testing.FakeProvider;
import io.parley.testing.Size;
import io.parley.testing.StrictAnthropic;
import io.parley.testing.StrictOpenAi;
import io.parley.testing.Strictness;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * No history that Parley accepts makes the strictest server of a protocol refuse a turn. The properties {@code strict.seed} and
 * {@code strict.histories} choose other histories.
 */
class StrictServersTest {
    private static final int HISTORIES = Integer.getInteger("strict.histories", Size.of(20, 2_000));
    private static final int STEPS = 30;
    private static final List<List<ContextSpec>> POLICIES = List.of(List.of(), List.of(new ContextSpec("full", Map.of())),
            List.of(new ContextSpec("sliding-window", Map.of("maxMessages", 5))),
            List.of(new ContextSpec("token-budget", Map.of("maxTokens", 3_000))));
    private static List<Server> servers;
    private static ProviderParts parts;

    /** A strict server and its only model. */
    record Server(String name, Model model, String protocol, Strictness rules, FakeProvider fake) implements AutoCloseable {

        static Server openAi(String name, Ability... abilities) {
            Model model = model(name, abilities);
            return new Server(name, model, "openai",
                    new StrictOpenAi(model.can(Ability.IMAGES), model.can(Ability.TOOLS)), FakeProvider.start());
        }

        static Server anthropic(String name, Ability... abilities) {
            Model model = model(name, abilities);
            return new Server(name, model, "anthropic",
                    new StrictAnthropic(name, model.can(Ability.IMAGES), model.can(Ability.TOOLS)), FakeProvider.start());
        }

        private static Model model(String name, Ability... abilities) {
            Set<Ability> all = EnumSet.of(Ability.TEMPERATURE, abilities);
            return new Model(name, name, name, "o200k_base", 60_000, 1_000, null, null, 0, all, Counting.ESTIMATED);
        }

        Endpoint endpoint() {
            URI url = protocol.equals("openai") ? fake.openAiUrl() : fake.anthropicUrl();
            return new Endpoint(name, protocol, url, Optional.empty(), Map.of());
        }

        @Override
        public void close() {
            fake.close();
        }
    }

    @BeforeAll
    static void start() {
        parts = ProviderParts.start(Map.of());
        servers = List.of(Server.openAi("mistral", Ability.IMAGES, Ability.TOOLS), Server.openAi("blind", Ability.TOOLS),
                Server.openAi("toolless"), Server.anthropic("claude", Ability.IMAGES, Ability.TOOLS),
                Server.anthropic("proxy", Ability.IMAGES, Ability.TOOLS), Server.anthropic("text"));
        servers.forEach(server -> server.fake().strict(server.rules()));
    }

    @AfterAll
    static void stop() {
        parts.close();
        servers.forEach(Server::close);
    }

    @Test
    void no_turn_is_refused_for_its_history() {
        long first = Size.FULL ? new Random().nextLong() : Long.getLong("strict.seed", 1);
        for (long seed = first; seed < first + HISTORIES; seed++) {
            goThrough(new Random(seed), seed);
        }
    }

    private static void goThrough(Random random, long seed) {
        Server server = any(random);
        Model[] models = servers.stream().map(Server::model).toArray(Model[]::new);
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), models), server.model(),
                POLICIES.get(random.nextInt(POLICIES.size())));
        RandomHistory history = new RandomHistory(random, dialogue);
        for (int step = 0; step < STEPS; step++) {
            history.step(server.name());
            if (random.nextInt(6) == 0) {
                server = any(random);
                dialogue.model(server.model());
            }
            if (history.canBeAnswered()) {
                isTaken(server, dialogue, random.nextInt(4) == 0, "seed " + seed + ", step " + step + ": " + history);
            }
        }
    }

    private static Server any(Random random) {
        return servers.get(random.nextInt(servers.size()));
    }

    private static void isTaken(Server server, Dialogue dialogue, boolean alsoPlain, String when) {
        ChosenContext context = dialogue.next();
        List<Message> sent = context.messages();
        if (sent.isEmpty() || !sent.getLast().id().equals(dialogue.history().getLast().id())) {
            return;
        }
        ChatCall call = Dialogue.call(context);
        for (ChatCall form : alsoPlain ? List.of(call, call.in(CallForm.PLAIN)) : List.of(call)) {
            Reply reply = Reply.of(parts.stream(server.endpoint(), form));
            assertThat(server.rules().refusal(server.fake().calls().getLast())).as(when).isEmpty();
            assertThat(reply.problem()).as(when).isEmpty();
            server.fake().reset();
            server.fake().strict(server.rules());
        }
        dialogue.sent(context, 100);
    }
}

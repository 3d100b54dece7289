package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.parley.context.TurnVectors;
import io.parley.context.VectorStore;
import io.parley.conversation.SessionId;
import io.parley.provider.Embeddings;
import io.parley.testing.ChatClient;
import io.parley.testing.Chatter;
import io.parley.testing.Size;
import io.parley.testing.Talk;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * How many facts that were told early in a conversation of 200 turns reach the model when they are asked for late, under each
 * policy. {@code ./mvnw test -Dtest=RecallShareApiTest -Dshares=all} prints all of them.
 */
@QuarkusTest
@TestProfile(ContextCostApiTest.Billed.class)
class RecallShareApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TURNS = "all".equals(System.getProperty("shares")) ? 200 : Size.of(60, 200);
    static final Map<String, String> FACTS = facts();

    @TestHTTPResource("/")
    URI uri;
    @Inject
    VectorStore vectors;
    @Inject
    Embeddings embeddings;

    private static Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dog", "a spaniel called Bruno");
        facts.put("locker code", "4711");
        facts.put("favourite colour", "ultramarine");
        facts.put("birthday", "the ninth of March");
        facts.put("landlord", "Mr Okonkwo");
        facts.put("blood type", "AB negative");
        facts.put("first car", "a yellow Trabant");
        facts.put("dentist", "Doctor Lindqvist");
        facts.put("wifi password", "correct horse battery staple");
        facts.put("home town", "Valparaiso");
        facts.put("allergy", "hazelnuts");
        facts.put("flight number", "LH 2473");
        facts.put("shoe size", "forty-three");
        facts.put("project", "Nightingale");
        facts.put("sister", "Ingrid");
        facts.put("bank", "the cooperative in Leuven");
        facts.put("instrument", "the viola");
        facts.put("desk", "by the east window");
        facts.put("boss", "Ms Farouk");
        facts.put("hotel", "the Grand Budapest");
        return facts;
    }

    @Test
    void what_was_told_early_comes_back_by_retrieval_and_not_by_a_window() {
        assertThat(share("{\"policy\":\"sliding-window\"}")).isZero();
        assertThat(share("{\"policy\":\"retrieve\"}")).isGreaterThanOrEqualTo(0.9);
        if ("all".equals(System.getProperty("shares"))) {
            for (String policy : List.of("{\"policy\":\"full\"}", "{\"policy\":\"sliding-window\"}",
                    "{\"policy\":\"retrieve\"}",
                    "{\"policy\":\"token-budget\",\"maxTokens\":8000}",
                    "{\"policy\":\"summarise\"}", "{\"policy\":\"summarise\"},{\"policy\":\"retrieve\"}")) {
                System.out.printf(Locale.ROOT, "| `%s` | %.0f %% |%n", policy.replace("\"", ""), 100 * share(policy));
            }
        }
    }

    private double share(String policy) {
        ChatClient client = new ChatClient(uri);
        String session = client.createSession("{\"model\":\"simulator\",\"context\":[" + policy + "]}");
        tell(client, session);
        assertThat(client.say(session, "Let us talk about something else.").status()).isEqualTo(201);
        if (policy.contains("retrieve")) {
            Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> embedded(session),
                    through -> through >= 2 * TURNS - 2);
        }
        assertThat(client.say(session, "And about something else again.").status()).isEqualTo(201);
        long known = FACTS.entrySet().stream()
                .filter(fact -> client.say(session, "What is my " + fact.getKey() + "?").at("/content/0/text")
                        .contains(fact.getValue()))
                .count();
        return (double) known / FACTS.size();
    }

    /** The last message of which vectors are stored. */
    private long embedded(String session) {
        return Talk.await(vectors.read(new SessionId(session), embeddings.space(), 0, null)).vectors().stream()
                .mapToLong(TurnVectors::last).max().orElse(0);
    }

    private static void tell(ChatClient client, String session) {
        Chatter chatter = new Chatter(11);
        List<Map.Entry<String, String>> facts = List.copyOf(FACTS.entrySet());
        ArrayNode messages = JSON.createArrayNode();
        for (int turn = 0; turn < TURNS; turn++) {
            String fact = turn < facts.size()
                    ? " By the way, my " + facts.get(turn).getKey() + " is " + facts.get(turn).getValue() + ". "
                    : " ";
            messages.addObject().put("role", "user").put("content", chatter.about(100) + fact + chatter.about(60));
            messages.addObject().put("role", "assistant").put("content", chatter.about(1_500));
        }
        assertThat(client.send("POST", "/sessions/" + session + "/messages", messages.toString()).status()).isEqualTo(201);
    }
}

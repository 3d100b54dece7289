package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /context} says of a turn, held against what the turn then sends. */
@QuarkusTest
@TestProfile(Quick.class)
class ContextPreviewApiTest extends TurnApi {
    private static final BigDecimal MILLION = new BigDecimal(1_000_000);
    /** Longer than what is too short to be cached. */
    private static final String LONG = "the quick brown fox jumps over the lazy dog ".repeat(150);

    private void session(String settings) {
        session = client.createSession(settings);
    }

    private void say(String text, String reply) {
        provider.then(FakeReply.saying(reply));
        assertThat(post(saying(text)).status()).isEqualTo(201);
    }

    private Answer context(String query) {
        return client.send("GET", "/sessions/" + session + "/context" + query, null);
    }

    private Answer context(String query, String body) {
        return client.send("POST", "/sessions/" + session + "/context" + query, body);
    }

    private JsonNode previewed(String query, String body) {
        Answer answer = context(query, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode shown(String query) {
        Answer answer = context(query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** Says something and compares what is sent with what was said of it before. */
    private void comesTrue(JsonNode preview, String body) {
        JsonNode told;
        int before = provider.calls().size();
        try (SseStream stream = client.stream(session, body)) {
            told = stream.rest().stream().filter(event -> event.name().equals("context")).findFirst().orElseThrow().json();
        }
        for (String field : List.of("policy", "sent", "omitted")) {
            assertThat(preview.get(field)).as(field).isEqualTo(told.get(field));
        }
        // Parley may request a summary as soon as the turn is over.
        FakeCall call = provider.calls().get(before);
        List<JsonNode> sent = call.json().get("messages").valueStream()
                .filter(message -> !message.get("role").asText().equals("system")).toList();
        assertThat(of(preview, "segments", "kind", "message")).extracting(segment -> segment.get("role").asText())
                .isEqualTo(sent.stream().map(message -> message.get("role").asText()).toList());
        List<JsonNode> kept = of(preview, "messages", "status", "kept");
        assertThat(kept).hasSameSizeAs(sent);
        for (int i = 0; i + 1 < kept.size(); i++) {
            String text = message(kept.get(i).get("id").asText()).at("/content/0/text");
            assertThat(sent.get(i).get("content").asText()).contains(text);
        }
    }

    private static List<JsonNode> of(JsonNode preview, String list, String field, String value) {
        return preview.get(list).valueStream().filter(each -> each.get(field).asText().equals(value)).toList();
    }

    private static long tokens(JsonNode list) {
        return list.valueStream().mapToLong(each -> each.get("tokens").asLong()).sum();
    }

    private static BigDecimal amount(JsonNode cost) {
        assertThat(cost.get("currency").asText()).isEqualTo("USD");
        return new BigDecimal(cost.get("amount").asText());
    }

    private static BigDecimal cost(String price, long tokens) {
        return new BigDecimal(price).multiply(BigDecimal.valueOf(tokens)).divide(MILLION);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"policy\":\"full\"}", "{\"policy\":\"token-budget\",\"maxTokens\":120}",
            "{\"policy\":\"token-budget\",\"maxTokens\":120,\"trimTo\":1}", "{\"policy\":\"sliding-window\",\"maxMessages\":4}",
            "[{\"policy\":\"sliding-window\",\"maxMessages\":6},{\"policy\":\"token-budget\",\"maxTokens\":100}]" })
    void what_a_preview_says_is_what_the_turn_then_sends(String policy) {
        session("{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\",\"facts\":[\"It rains.\"],\"context\":" + policy
                + "}");
        for (int i = 0; i < 8; i++) {
            String body = saying("Question " + i + " about the number " + "seven ".repeat(3 + i));
            JsonNode preview = previewed("", body);
            provider.then(FakeReply.saying("Answer " + i + " is " + "eight ".repeat(9 - i)));
            comesTrue(preview, body);
            assertThat(tokens(preview.get("segments"))).isEqualTo(preview.at("/sent/tokens").asLong());
            assertThat(preview.get("messages")).hasSize(2 * i + 1);
            assertThat(preview.get("messages").get(2 * i).get("id").isNull()).isTrue();
        }
    }

    @Test
    void a_summary_is_named_with_what_it_stands_for() {
        session("{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"summarise\",\"keepRecent\":2,\"trimTo\":1}}");
        provider.always(FakeReply.saying("It was about numbers."));
        for (int i = 0; i < 2; i++) {
            assertThat(post(saying("Tell me of number " + i)).status()).isEqualTo(201);
        }
        JsonNode preview = Awaitility.await().until(() -> previewed("", saying("And now?")),
                found -> !found.get("summarised").isNull());
        List<JsonNode> covered = of(preview, "messages", "status", "summarised");
        assertThat(covered).isNotEmpty();
        assertThat(preview.at("/summarised/messages").asInt()).isEqualTo(covered.size());
        assertThat(preview.at("/summarised/tokens").asLong())
                .isEqualTo(covered.stream().mapToLong(each -> each.get("tokens").asLong()).sum());
        assertThat(preview.at("/summarised/through").asText()).isEqualTo(covered.getLast().get("id").asText());
        assertThat(of(preview, "segments", "kind", "summary")).hasSize(1);
        assertThat(preview.at("/withoutTrimming/tokens").asLong()).isEqualTo(tokens(preview.get("messages")));
        comesTrue(preview, saying("And now?"));
    }

    @Test
    void what_was_brought_back_is_named_with_its_similarity() {
        session("{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"retrieve\",\"keepRecent\":2,\"topK\":1}}");
        say("My cat is called Tiger and likes fish.", "What a nice cat.");
        say("How do I bake bread with rye flour?", "With patience.");
        say("What is the capital of France?", "Paris.");
        JsonNode preview = Awaitility.await().until(() -> previewed("", saying("What does my cat like?")),
                found -> !found.get("retrieved").isEmpty());
        assertThat(preview.get("retrieval").asText()).isEqualTo("previewed");
        assertThat(preview.at("/retrieved/0/messages").valueStream().map(JsonNode::asText)).containsExactly("m1", "m2");
        assertThat(preview.at("/retrieved/0/similarity").asDouble()).isBetween(0.2, 1.0);
        assertThat(of(preview, "messages", "status", "retrieved")).hasSize(2);
        JsonNode last = preview.get("segments").get(preview.get("segments").size() - 1);
        assertThat(last.get("kind").asText()).isEqualTo("retrieved");
        assertThat(preview.at("/cache/prefixTokens").asLong())
                .isEqualTo(preview.at("/sent/tokens").asLong() - last.get("tokens").asLong());
        comesTrue(preview, saying("What does my cat like?"));
        assertThat(provider.calls().getLast().body()).contains("Tiger");
    }

    @Test
    void another_policy_is_tried_as_if_it_were_the_sessions() {
        session("{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"" + LONG + "\"}");
        for (int i = 0; i < 5; i++) {
            say("Question " + i, "Answer " + i);
        }
        String policy = "{\"policy\":\"sliding-window\",\"maxMessages\":3}";
        String body = saying("And now?");
        JsonNode preview = previewed("?policy=" + URLEncoder.encode(policy, StandardCharsets.UTF_8), body);
        assertThat(preview.get("policies").toString()).isEqualTo("[" + policy + "]");
        assertThat(preview.at("/sent/messages").asInt()).isEqualTo(3);
        assertThat(preview.at("/omitted/messages").asInt()).isEqualTo(8);
        assertThat(preview.at("/cache/expectedTokens").asLong()).isPositive();
        assertThat(of(preview, "segments", "cached", "true")).extracting(segment -> segment.get("kind").asText())
                .containsExactly("system");
        assertThat(shown("?policy=sliding-window").get("policy").asText()).isEqualTo("sliding-window");
        assertThat(client.send("PATCH", "/sessions/" + session, "{\"context\":" + policy + "}").status()).isEqualTo(200);
        assertThat(previewed("", body)).isEqualTo(preview);
        comesTrue(preview, body);
    }

    @Test
    void the_policy_of_the_session_by_its_name_changes_nothing() {
        for (int i = 0; i < 3; i++) {
            say("Question " + i, "Answer " + i);
        }
        assertThat(shown("?policy=token-budget")).isEqualTo(shown(""));
        assertThat(previewed("?policy=token-budget", saying("x"))).isEqualTo(previewed("", saying("x")));
    }

    @Test
    void a_turn_with_choices_of_its_own_is_previewed_with_them() {
        say("one", "first");
        say("two", "second");
        String body = "{\"content\":\"three\",\"model\":\"gpt-4o\",\"maxOutputTokens\":100,\"context\":{\"policy\":\"sliding-window\","
                + "\"maxMessages\":1},\"tools\":[{\"name\":\"look\",\"description\":\"Looks.\"}]}";
        JsonNode preview = previewed("", body);
        assertThat(preview.get("model").asText()).isEqualTo("gpt-4o");
        assertThat(preview.at("/window/contextWindow").asInt()).isEqualTo(128_000);
        assertThat(preview.at("/window/outputReserve").asInt()).isEqualTo(100);
        assertThat(preview.at("/window/ceiling").asInt()).isEqualTo(127_900);
        assertThat(preview.get("segments").valueStream().map(segment -> segment.get("kind").asText()))
                .containsExactly("tools", "system", "message");
        comesTrue(preview, body);
    }

    @Test
    void what_is_answered_again_or_replaced_is_previewed_as_the_turn_will_find_it() {
        for (int i = 0; i < 3; i++) {
            say("Question " + i, "Answer " + i);
        }
        for (String body : List.of("{\"regenerate\":true}", "{\"replaces\":\"m3\",\"content\":\"Instead?\"}",
                "{\"regenerate\":true}")) {
            JsonNode preview = previewed("", body);
            provider.then(FakeReply.saying("So."));
            comesTrue(preview, body);
        }
        assertThat(history()).containsExactly("user: Question 0", "assistant: Answer 0", "user: Instead?", "assistant: So.");
    }

    @Test
    void an_input_that_failed_and_was_taken_back_is_what_regenerate_answers() {
        say("one", "first");
        say("two", "second");
        provider.then(FakeReply.status(500).body("{}"));
        assertThat(post("{\"replaces\":\"m3\",\"content\":\"zwei\"}").status()).isEqualTo(502);
        JsonNode preview = previewed("", "{\"regenerate\":true}");
        assertThat(preview.get("messages").valueStream().map(message -> message.get("id").asText()))
                .containsExactly("m1", "m2", "m5");
        comesTrue(preview, "{\"regenerate\":true}");
        assertThat(sent()).containsExactly("system: Be brief.", "user: one", "assistant: first", "user: zwei");
    }

    @Test
    void a_preview_stores_nothing_and_calls_nobody() {
        say("one", "first");
        say("two", "second");
        String before = everything();
        int calls = provider.calls().size();
        String dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
        String image = "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\""
                + dot
                + "\"}}]}";
        for (String body : List.of(saying("three"), image, "{}", "{\"regenerate\":true}",
                "{\"replaces\":\"m1\",\"content\":\"x\"}")) {
            for (String query : List.of("", "?policy=full", "?policy=summarise", "?policy=retrieve")) {
                assertThat(client.send("POST", "/sessions/" + session + "/context" + query, body, "Idempotency-Key", "k")
                        .status()).isEqualTo(200);
                assertThat(context(query).status()).isEqualTo(200);
            }
        }
        assertThat(everything()).isEqualTo(before);
        assertThat(provider.calls()).hasSize(calls);
        Answer turn = client.send("POST", "/sessions/" + session + "/turns", saying("three"), "Idempotency-Key", "k");
        assertThat(turn.status()).as("the key of a preview is still free").isEqualTo(201);
    }

    private String everything() {
        return List.of("", "/messages?superseded=true", "/turns", "/usage").stream()
                .map(path -> client.send("GET", "/sessions/" + session + path, null).body()).collect(Collectors.joining("\n"));
    }

    @Test
    void what_the_cache_knows_is_priced_as_read_and_the_rest_as_new() {
        session("{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"" + LONG + "\"}");
        JsonNode first = previewed("", saying("one"));
        assertThat(first.at("/cache/cold").asText()).isEqualTo("first");
        assertThat(amount(first.get("cost"))).isEqualByComparingTo(cost("0.15", first.at("/sent/tokens").asLong()));
        say("one", "first");
        JsonNode second = previewed("", saying("two"));
        assertThat(of(second, "segments", "cached", "true")).extracting(segment -> segment.get("kind").asText())
                .containsExactly("system", "message");
        assertThat(second.at("/cache/expectedTokens").asLong()).isEqualTo(first.at("/sent/tokens").asLong());
        assertThat(second.at("/cache/cold").isNull()).isTrue();
        assertThat(second.at("/cache/difference").isNull()).isTrue();
        assertThat(second.at("/cache/cut").asBoolean()).isFalse();
        long sent = second.at("/sent/tokens").asLong();
        long cached = second.at("/cache/expectedTokens").asLong();
        assertThat(amount(second.get("cost"))).isEqualByComparingTo(cost("0.075", cached).add(cost("0.15", sent - cached)));
        assertThat(second.at("/withoutTrimming/tokens").asLong()).isEqualTo(sent);
        assertThat(amount(second.at("/withoutTrimming/cost"))).isEqualByComparingTo(cost("0.15", sent));
    }

    @Test
    void what_is_written_to_the_cache_has_its_own_price() {
        session("{\"model\":\"claude-sonnet-5\",\"systemPrompt\":\"" + LONG + "\"}");
        JsonNode written = previewed("", saying("one"));
        long sent = written.at("/sent/tokens").asLong();
        assertThat(amount(written.get("cost"))).isEqualByComparingTo(cost("3.75", sent));
        assertThat(amount(written.at("/withoutTrimming/cost"))).isEqualByComparingTo(cost("3", sent));
        session("{\"model\":\"claude-sonnet-5\"}");
        JsonNode tooShort = previewed("", saying("one"));
        assertThat(amount(tooShort.get("cost"))).isEqualByComparingTo(cost("3", tooShort.at("/sent/tokens").asLong()));
    }

    @Test
    void while_a_turn_runs_the_stored_history_is_shown() {
        provider.then(FakeReply.silence());
        String turn = begin("one");
        JsonNode shown = shown("");
        assertThat(shown.get("messages").valueStream().map(message -> message.get("id").asText())).containsExactly("m1");
        assertThat(previewed("", saying("two")).at("/sent/messages").asInt()).isEqualTo(2);
        assertThat(cancel(turn).status()).isEqualTo(200);
    }

    @Test
    void a_session_without_messages_has_a_context_too() {
        JsonNode empty = shown("");
        assertThat(empty.get("policy").asText()).isEqualTo("token-budget");
        assertThat(empty.at("/sent/messages").asInt()).isZero();
        assertThat(empty.get("segments")).hasSize(1);
        assertThat(empty.get("messages")).isEmpty();
        assertThat(empty.get("summarised").isNull()).isTrue();
        assertThat(empty.get("retrieval").isNull()).isTrue();
        assertThat(shown("?policy=retrieve").get("retrieval").asText()).isEqualTo("previewed");
    }

    @Test
    void of_a_long_history_the_oldest_messages_are_only_counted() {
        session("{\"model\":\"gpt-4o-mini\",\"context\":{\"policy\":\"sliding-window\",\"maxMessages\":4}}");
        String hundred = IntStream.range(0, 50)
                .mapToObj(_ -> "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}")
                .collect(Collectors.joining(",", "[", "]"));
        for (int i = 0; i < 11; i++) {
            assertThat(client.send("POST", "/sessions/" + session + "/messages", hundred).status()).isEqualTo(201);
        }
        JsonNode preview = previewed("", saying("now"));
        assertThat(preview.get("messages")).hasSize(1_001);
        assertThat(preview.get("messages").get(0).get("id").asText()).isEqualTo("m101");
        assertThat(preview.at("/older/messages").asInt()).isEqualTo(100);
        assertThat(preview.at("/sent/messages").asInt() + preview.at("/omitted/messages").asInt()).isEqualTo(1_101);
        assertThat(preview.at("/withoutTrimming/tokens").asLong())
                .isEqualTo(tokens(preview.get("messages")) + preview.at("/older/tokens").asLong());
        comesTrue(preview, saying("now"));
    }

    @Test
    void what_a_turn_would_refuse_is_refused() {
        refuses(context("", "{\"content\":\"x\",\"temperature\":9}"), 400, "/temperature");
        refuses(context("", "{\"content\":\"x\",\"model\":\"no-such\"}"), 400, "/model");
        refuses(context("", "{\"content\":\"x\",\"context\":{\"policy\":\"no-such\"}}"), 400, "/context/0/policy");
        refuses(context("", "{\"content\":\"x\",\"nothing\":1}"), 400, "/nothing");
        assertThat(context("", "{\"regenerate\":true}").at("/code")).isEqualTo("nothing-to-answer");
        assertThat(context("", "{\"content\":[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":\"x\"}]}").at("/code"))
                .isEqualTo("nothing-to-answer");
        say("one", "first");
        refuses(context("", "{\"replaces\":\"m2\",\"content\":\"x\"}"), 400, "/replaces");
        assertThat(context("", "{\"replaces\":\"m999\",\"content\":\"x\"}").status()).isEqualTo(404);
        session = "nosuchsession";
        assertThat(context("").at("/code")).isEqualTo("session-not-found");
        assertThat(context("", "{}").status()).isEqualTo(404);
    }

    @Test
    void a_policy_that_cannot_be_tried_is_named_by_the_parameter() {
        for (String policy : List.of("no-such", "", "{\"policy\":\"token-budget\",\"maxTokens\":-1}", "{", "[1]",
                "{\"policy\":7}")) {
            String query = "?policy=" + URLEncoder.encode(policy, StandardCharsets.UTF_8);
            refuses(context(query), 400, "policy");
            refuses(context(query, "{}"), 400, "policy");
        }
        refuses(context("?policy=full", "{\"content\":\"x\",\"context\":{\"policy\":\"full\"}}"), 400, "policy");
    }

    private static void refuses(Answer answer, int status, String pointer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(ChatClient.parse(answer.body()).at("/errors/0/pointer").asText()).isEqualTo(pointer);
    }
}

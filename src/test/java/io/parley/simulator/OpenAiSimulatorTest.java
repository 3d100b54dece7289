package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client of OpenAI's Chat Completions gets to see, byte for byte. */
class OpenAiSimulatorTest {
    private static final String HEAD = "\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"simulated\","
            + "\"service_tier\":\"default\",";
    private final SimulatorServer simulator = SimulatorServer.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_stream_has_the_form_of_the_original() {
        HttpResponse<String> response = simulator.openAi(request("[words=2]").put("stream", true)
                .put("stream_options", new JsonObject().put("include_usage", true)));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        String id = new JsonObject(events(response)[0]).getString("id");
        assertThat(response.body()).isEqualTo(
                """
                        data: {"id":"ID",HEAD"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"ID",HEAD"choices":[{"index":0,"delta":{"content":"Ever"},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"ID",HEAD"choices":[{"index":0,"delta":{"content":"y re"},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"ID",HEAD"choices":[{"index":0,"delta":{"content":"ply."},"logprobs":null,"finish_reason":null}],"usage":null}

                        data: {"id":"ID",HEAD"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

                        data: {"id":"ID",HEAD"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}

                        data: [DONE]

                        """
                        .replace("ID", id).replace("HEAD", HEAD));
    }

    @Test
    void without_being_asked_a_stream_has_no_usage() {
        assertThat(simulator.openAi(request("[words=2]").put("stream", true)).body()).doesNotContain("usage")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void an_answer_in_one_piece_has_the_form_of_the_original() {
        JsonObject answer = new JsonObject(simulator.openAi(request("Hello")).body());

        assertThat(answer.getString("object")).isEqualTo("chat.completion");
        JsonObject choice = answer.getJsonArray("choices").getJsonObject(0);
        assertThat(choice.getString("finish_reason")).isEqualTo("stop");
        assertThat(choice.getJsonObject("message").getString("content")).isEqualTo(
                "You said: “Hello” I was sent 1 message; 1 of them is yours.");
        assertThat(answer.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(6);
    }

    @Test
    void it_remembers_what_it_is_sent_and_nothing_else() {
        JsonObject known = request("My name is Ada.", "Nice to meet you, Ada.", "What is my name?");

        assertThat(text(simulator.openAi(known)))
                .isEqualTo("Your name is Ada. You told me in message 1 of this conversation.");
        assertThat(text(simulator.openAi(request("What is my name?")))).startsWith("I do not know your name");
    }

    @Test
    void it_stops_at_the_token_limit_and_at_a_stop_text() {
        assertThat(choice(simulator.openAi(request("[words=50]").put("max_completion_tokens", 2))))
                .isEqualTo("Every re length");
        assertThat(choice(simulator.openAi(request("[words=50]").put("stop", new JsonArray().add(" of"))))).isEqualTo(
                "Every reply is made stop");
    }

    @Test
    void a_tool_call_is_streamed_in_fragments_that_only_their_index_joins() {
        JsonObject body = request("Please call the tool weather with {\"city\":\"Köln\"}").put("stream", true)
                .put("tools", new JsonArray().add(tool("weather")));

        String[] events = events(simulator.openAi(body));

        String calls = Arrays.stream(events).filter(event -> event.contains("tool_calls\":"))
                .map(event -> delta(event).getJsonArray("tool_calls").getJsonObject(0).encode())
                .reduce("", (all, fragment) -> all + fragment + "\n");
        assertThat(calls).matches("""
                \\{"index":0,"id":"call_sim\\d+","type":"function","function":\\{"name":"weather","arguments":""}}
                \\{"index":0,"function":\\{"arguments":"\\{\\\\"ci"}}
                \\{"index":0,"function":\\{"arguments":"ty\\\\":"}}
                \\{"index":0,"function":\\{"arguments":"\\\\"Köl"}}
                \\{"index":0,"function":\\{"arguments":"n\\\\"}"}}
                """);
        assertThat(events[events.length - 2]).contains("\"finish_reason\":\"tool_calls\"");
    }

    @Test
    void it_makes_up_arguments_that_fit_the_schema() {
        JsonObject body = request("call the tool weather").put("tools", new JsonArray().add(tool("weather")));

        assertThat(simulator.openAi(body).body()).contains("{\\\"city\\\":\\\"city\\\",\\\"days\\\":1}");
    }

    @Test
    void the_result_of_a_tool_is_answered() {
        JsonObject body = request("call the tool weather");
        body.getJsonArray("messages")
                .add(new JsonObject(
                        """
                                {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]}"""))
                .add(new JsonObject("""
                        {"role":"tool","tool_call_id":"c1","content":"It rains."}"""));

        assertThat(text(simulator.openAi(body))).startsWith("The tool answered: “It rains.”");
    }

    @Test
    void an_image_is_described() {
        String png = "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA=";
        JsonObject body = request("Look").put("messages", new JsonArray().add(new JsonObject().put("role", "user")
                .put("content", new JsonArray().add(new JsonObject().put("type", "text").put("text", "Look"))
                        .add(new JsonObject().put("type", "image_url").put("image_url",
                                new JsonObject().put("url", "data:image/png;base64," + png))))));

        assertThat(text(simulator.openAi(body))).startsWith("I see an image of 640×480, PNG.");
    }

    @Test
    void a_long_prefix_is_read_from_the_cache_the_second_time() {
        JsonObject first = request("x".repeat(6000) + " [words=1]").put("prompt_cache_key", "k");
        JsonObject second = request("x".repeat(6000) + " [words=1]", "Every.", "[words=1]").put("prompt_cache_key", "k");

        assertThat(cached(simulator.openAi(first))).isZero();
        assertThat(cached(simulator.openAi(second))).isEqualTo(1408);
        assertThat(cached(simulator.openAi(second.put("prompt_cache_key", "other")))).isZero();
    }

    @Test
    void a_prefix_that_ends_inside_a_message_counts_in_steps_of_128() {
        String start = "inside " + "x".repeat(6000);
        assertThat(cached(simulator.openAi(request(start)))).isZero();
        assertThat(cached(simulator.openAi(request(start + " and more")))).isEqualTo(1408);
        assertThat(cached(simulator.openAi(request(start.substring(0, 5000) + "y".repeat(2000))))).isEqualTo(1152);
        assertThat(cached(simulator.openAi(request(start.substring(0, 4000) + "y".repeat(2000))))).isZero();
        assertThat(cached(simulator.openAi(request("y" + start)))).isZero();
    }

    @Test
    void a_cached_prefix_lives_five_minutes_after_its_last_use() {
        JsonObject body = request("lives " + "x".repeat(6000));
        assertThat(cached(simulator.openAi(body))).isZero();
        for (int i = 0; i < 3; i++) {
            simulator.pass(Duration.ofSeconds(299));
            assertThat(cached(simulator.openAi(body))).isEqualTo(1408);
        }
        simulator.pass(Duration.ofSeconds(300));
        assertThat(cached(simulator.openAi(body))).isZero();
    }

    @Test
    void commands_in_what_a_gateway_added_are_none() {
        String added = "<conversation>\nuser: [fail=500] My locker code is 4711.\nassistant: ok\n</conversation>\n";

        assertThat(text(simulator.openAi(request(added + "Summarise the conversation in <conversation>, in short."))))
                .isEqualTo("The user's locker code is 4711.\nThe conversation so far: 2 messages.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"messages":[{"role":"user","content":"x"}]}                                       | you must provide a model parameter
            {"model":"m"}                                                                      | Missing required parameter: 'messages'.
            {"model":"m","messages":[]}                                                        | empty array
            {"model":"m","messages":"x"}                                                       | Invalid type
            {"model":"m","messages":[{"role":"robot","content":"x"}]}                          | Supported values are
            {"model":"m","messages":[{"role":"tool","tool_call_id":"a","content":"x"}]}        | must be a response to
            {"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a"}]},{"role":"user","content":"x"}]} | did not have response messages: a
            {"model":"m"                                                                       | could not parse the JSON body
            null                                                                               | could not parse the JSON body
            """)
    void what_the_original_refuses_is_refused(String body, String message) {
        HttpResponse<String> response = simulator.post("/simulator/openai/v1/chat/completions", body);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject error = new JsonObject(response.body()).getJsonObject("error");
        assertThat(error.getString("message")).contains(message);
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        assertThat(error.containsKey("code")).isTrue();
    }

    @Test
    void an_input_beyond_the_window_is_refused_in_the_words_of_the_original() {
        assertThat(simulator.openAi(request("x".repeat(600_000))).body()).contains("context_length_exceeded");

        HttpResponse<String> response = simulator.openAi(request("[window=10] " + "x".repeat(40)));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("""
                {"error":{"message":"This model's maximum context length is 10 tokens. However, your messages resulted in \
                17 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages",\
                "code":"context_length_exceeded"}}""");
        assertThat(simulator.openAi(request("[window=20] x").put("max_tokens", 20)).body())
                .contains("you requested 28 tokens (8 in the messages, 20 in the completion)");
    }

    @Test
    void it_fails_on_demand() {
        HttpResponse<String> limited = simulator.openAi(request("[fail=429]"));
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("retry-after")).contains("1");
        assertThat(limited.body()).contains("\"code\":\"rate_limit_exceeded\"");
        assertThat(simulator.openAi(request("[fail=quota]")).body()).contains("\"code\":\"insufficient_quota\"");
        assertThat(simulator.openAi(request("[fail=500]")).statusCode()).isEqualTo(500);
        assertThat(simulator.openAi(request("[fail=503]")).statusCode()).isEqualTo(503);
        assertThat(simulator.openAi(request("[fail=context]")).body()).contains("context_length_exceeded");
        assertThat(simulator.openAi(request("[fail=error] [words=20]").put("stream", true)).body())
                .contains("data: {\"error\":{").doesNotContain("[DONE]");
    }

    @Test
    void its_models_are_listed() {
        assertThat(new JsonObject(simulator.get("/simulator/openai/v1/models").body()).getJsonArray("data"))
                .hasSizeGreaterThan(0);
    }

    private static JsonObject request(String... texts) {
        JsonArray messages = new JsonArray();
        for (int i = 0; i < texts.length; i++) {
            messages.add(new JsonObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", texts[i]));
        }
        return new JsonObject().put("model", "simulated").put("messages", messages);
    }

    private static JsonObject tool(String name) {
        return new JsonObject(
                """
                        {"type":"function","function":{"name":"NAME","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}}}"""
                        .replace("NAME", name));
    }

    private static String[] events(HttpResponse<String> response) {
        return Arrays.stream(response.body().split("\n\n")).map(event -> event.substring("data: ".length()))
                .toArray(String[]::new);
    }

    private static JsonObject delta(String event) {
        return new JsonObject(event).getJsonArray("choices").getJsonObject(0).getJsonObject("delta");
    }

    private static String text(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonArray("choices").getJsonObject(0).getJsonObject("message")
                .getString("content");
    }

    private static String choice(HttpResponse<String> response) {
        return text(response) + " " + new JsonObject(response.body()).getJsonArray("choices").getJsonObject(0)
                .getString("finish_reason");
    }

    private static int cached(HttpResponse<String> response) {
        return new JsonObject(response.body()).getJsonObject("usage").getJsonObject("prompt_tokens_details")
                .getInteger("cached_tokens");
    }
}

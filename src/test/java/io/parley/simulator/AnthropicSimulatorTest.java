package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client of Anthropic's Messages gets to see, byte for byte. */
class AnthropicSimulatorTest {
    private final SimulatorServer simulator = SimulatorServer.start();

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_stream_has_the_form_of_the_original() {
        HttpResponse<String> response = simulator.anthropic(request("[words=2]").put("stream", true));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        assertThat(response.headers().firstValue("request-id")).isPresent();
        assertThat(response.body().replaceAll("msg_sim\\d+", "ID")).isEqualTo(
                """
                        event: message_start
                        data: {"type":"message_start","message":{"id":"ID","type":"message","role":"assistant","model":"simulated","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}

                        event: ping
                        data: {"type":"ping"}

                        event: content_block_start
                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Ever"}}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"y re"}}

                        event: content_block_delta
                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ply."}}

                        event: content_block_stop
                        data: {"type":"content_block_stop","index":0}

                        event: message_delta
                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":3,"service_tier":"standard"}}

                        event: message_stop
                        data: {"type":"message_stop"}

                        """);
    }

    @Test
    void a_tool_call_is_a_block_of_its_own() {
        String body = simulator.anthropic(request("call the tool weather with {\"a\":1}").put("stream", true)
                .put("tools", new JsonArray().add(tool()))).body();

        assertThat(body.replaceAll("call_sim\\d+", "ID"))
                .contains(
                        """
                                event: content_block_stop
                                data: {"type":"content_block_stop","index":0}

                                event: content_block_start
                                data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"ID","name":"weather","input":{}}}

                                event: content_block_delta
                                data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}}

                                event: content_block_delta
                                data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"a\\""}}

                                event: content_block_delta
                                data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":":1}"}}

                                event: content_block_stop
                                data: {"type":"content_block_stop","index":1}
                                """)
                .contains("\"stop_reason\":\"tool_use\"");
    }

    @Test
    void an_answer_in_one_piece_knows_the_system_prompt_and_the_earlier_turns() {
        JsonObject answer = json(request("My favourite colour is green.", "Noted.", "What's my favourite colour?"));

        assertThat(answer.getString("stop_reason")).isEqualTo("end_turn");
        assertThat(text(answer)).isEqualTo("Your favourite colour is green. You told me in message 1 of this conversation.");
        assertThat(text(json(request("Is there a system prompt?").put("system", "Be brief."))))
                .isEqualTo("There is a system prompt of 3 tokens. It begins: “Be brief.”");
    }

    @Test
    void it_stops_at_the_token_limit_and_at_a_stop_text() {
        JsonObject limited = json(request("[words=50]").put("max_tokens", 2));
        assertThat(limited.getString("stop_reason")).isEqualTo("max_tokens");
        assertThat(text(limited)).isEqualTo("Every re");

        JsonObject stopped = json(request("[words=50]").put("stop_sequences", new JsonArray().add(" of")));
        assertThat(stopped.getString("stop_reason")).isEqualTo("stop_sequence");
        assertThat(stopped.getString("stop_sequence")).isEqualTo(" of");
        assertThat(text(stopped)).isEqualTo("Every reply is made");
    }

    @Test
    void a_marked_prefix_is_written_once_and_read_afterwards() {
        JsonArray system = new JsonArray().add(new JsonObject().put("type", "text").put("text", "s".repeat(8000))
                .put("cache_control", new JsonObject().put("type", "ephemeral")));

        JsonObject first = json(request("[words=1]").put("system", system)).getJsonObject("usage");
        assertThat(first.getInteger("cache_creation_input_tokens")).isEqualTo(2000);
        assertThat(first.getInteger("cache_read_input_tokens")).isZero();
        JsonObject second = json(request("[words=1]", "Every.", "[words=2]").put("system", system)).getJsonObject("usage");
        assertThat(second.getInteger("cache_creation_input_tokens")).isZero();
        assertThat(second.getInteger("cache_read_input_tokens")).isEqualTo(2000);
        assertThat(second.getInteger("input_tokens")).isPositive();
    }

    @Test
    void a_cached_prefix_lives_five_minutes_after_its_last_use() {
        JsonObject body = request(blocks(marked("lives " + "s".repeat(8000))));
        assertThat(cached(body)).isEqualTo("read 0, wrote 2006");
        for (int i = 0; i < 3; i++) {
            simulator.pass(Duration.ofSeconds(299));
            assertThat(cached(body)).isEqualTo("read 2006, wrote 0");
        }
        simulator.pass(Duration.ofSeconds(300));
        assertThat(cached(body)).isEqualTo("read 0, wrote 2006");
    }

    @Test
    void a_mark_that_moves_on_reads_what_is_known_and_writes_the_rest() {
        JsonObject first = block("moves " + "s".repeat(8000));
        assertThat(cached(request(blocks(marked(first))))).isEqualTo("read 0, wrote 2006");
        assertThat(cached(request(blocks(first, marked("t".repeat(400)))))).isEqualTo("read 2006, wrote 104");
        assertThat(cached(request(blocks(first, block("t".repeat(400)), block("rest"))))).isEqualTo("read 0, wrote 0");
    }

    @Test
    void a_mark_is_no_part_of_what_it_marks_wherever_it_stands() {
        JsonObject tool = tool().put("description", "d".repeat(8000));
        JsonObject result = new JsonObject().put("type", "tool_result").put("tool_use_id", "a")
                .put("content", blocks(block("found")));
        JsonObject call = new JsonObject().put("type", "tool_use").put("id", "a").put("name", "weather").put("input",
                new JsonObject());
        assertThat(cached(toolTurn(marked(tool), marked("System"), marked(call), marked(result))))
                .startsWith("read 0, wrote 2");
        JsonObject inside = result.copy().put("content", blocks(marked("found")));
        assertThat(cached(toolTurn(tool, block("System"), call, inside))).matches("read 2\\d+, wrote 0");
        assertThat(cached(toolTurn(marked(tool), block("System"), call, result))).matches("read 2\\d+, wrote 0");
        assertThat(cached(toolTurn(marked(tool.copy().put("name", "other")), block("System"), call, result)))
                .startsWith("read 0, wrote 2");
    }

    @Test
    void a_mark_that_the_original_refuses_is_refused() {
        JsonObject one = marked("x");
        assertThat(message(request(blocks(one, one, one)).put("system", blocks(one)))).isEmpty();
        assertThat(message(request(blocks(one, one, one)).put("system", blocks(one))
                .put("tools", new JsonArray().add(marked(tool())))))
                .isEqualTo("A maximum of 4 blocks with cache_control may be provided. Found 5.");
        JsonObject thinking = new JsonObject().put("type", "thinking").put("thinking", "hm").put("signature", "s");
        JsonObject body = request("a", "b", "c");
        body.getJsonArray("messages").getJsonObject(1).put("content", blocks(block("b"), marked(thinking)));
        assertThat(message(body)).isEqualTo("messages.1.content.1.thinking.cache_control: Extra inputs are not permitted");
        assertThat(message(request(blocks(block("a"), marked(""))))).isEqualTo(
                "messages.0.content.1.text: cache_control cannot be set for empty text blocks");
        assertThat(message(request("a").put("system", blocks(marked("")))))
                .isEqualTo("system.0.text: cache_control cannot be set for empty text blocks");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"max_tokens":9,"messages":[{"role":"user","content":"x"}]}                                      | model: Field required
            {"model":"m","messages":[{"role":"user","content":"x"}]}                                         | max_tokens: Field required
            {"model":"m","max_tokens":9}                                                                     | messages: Field required
            {"model":"m","max_tokens":9,"messages":[]}                                                       | at least one message is required
            {"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":"x"}]}                     | first message must use the "user" role
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"x"}]} | must end with a user message
            {"model":"m","max_tokens":9,"messages":[{"role":"system","content":"x"}]}                        | role 'system' is not supported
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":""}]}                           | must be non-empty
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"x"}]}]} | unexpected `tool_use_id`
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"t","input":{}}]},{"role":"user","content":"x"}],"tools":[]} | without `tool_result` blocks immediately after: a
            """)
    void what_the_original_refuses_is_refused(String body, String message) {
        HttpResponse<String> response = simulator.post("/simulator/anthropic/v1/messages", body, "anthropic-version",
                "2023-06-01");

        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject error = new JsonObject(response.body());
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("request_id")).isEqualTo(response.headers().firstValue("request-id").orElseThrow());
        assertThat(error.getJsonObject("error").getString("type")).isEqualTo("invalid_request_error");
        assertThat(error.getJsonObject("error").getString("message")).contains(message);
    }

    @Test
    void the_version_decides_about_sampling_and_may_not_be_missing() {
        String body = request("x").put("temperature", 0.5).encode();

        assertThat(simulator.post("/simulator/anthropic/v1/messages", body).body()).contains("header is required");
        assertThat(simulator.post("/simulator/anthropic/v1/messages", body, "anthropic-version", "2026-10-21").body())
                .contains("temperature: Extra inputs are not permitted");
        assertThat(simulator.post("/simulator/anthropic/v1/messages", body, "anthropic-version", "2023-06-01").statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_input_beyond_the_window_is_refused_in_the_words_of_the_original() {
        assertThat(simulator.anthropic(request("[window=10] " + "x".repeat(40)).put("max_tokens", 1)).body())
                .contains("prompt is too long: 17 tokens > 10 maximum");
        assertThat(simulator.anthropic(request("[window=20] x").put("max_tokens", 20)).body())
                .contains("input length and `max_tokens` exceed context limit: 8 + 20 > 20");
    }

    @Test
    void it_fails_on_demand() {
        assertThat(simulator.anthropic(request("[fail=429]")).body()).contains("rate_limit_error");
        assertThat(simulator.anthropic(request("[fail=quota]")).statusCode()).isEqualTo(402);
        assertThat(simulator.anthropic(request("[fail=529]")).statusCode()).isEqualTo(529);
        assertThat(simulator.anthropic(request("[fail=error] [words=20]").put("stream", true)).body())
                .contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"")
                .doesNotContain("message_stop");
    }

    private JsonObject json(JsonObject body) {
        return new JsonObject(simulator.anthropic(body).body());
    }

    private static String text(JsonObject answer) {
        return answer.getJsonArray("content").getJsonObject(0).getString("text");
    }

    private static JsonObject tool() {
        return new JsonObject().put("name", "weather").put("input_schema", new JsonObject().put("type", "object"));
    }

    private String cached(JsonObject body) {
        JsonObject usage = json(body).getJsonObject("usage");
        return "read " + usage.getInteger("cache_read_input_tokens") + ", wrote "
                + usage.getInteger("cache_creation_input_tokens");
    }

    private String message(JsonObject body) {
        JsonObject error = json(body).getJsonObject("error");
        return error == null ? "" : error.getString("message");
    }

    private static JsonObject block(String text) {
        return new JsonObject().put("type", "text").put("text", text);
    }

    private static JsonObject marked(String text) {
        return marked(block(text));
    }

    private static JsonObject marked(JsonObject block) {
        return block.copy().put("cache_control", new JsonObject().put("type", "ephemeral"));
    }

    private static JsonArray blocks(JsonObject... blocks) {
        return new JsonArray(List.of(blocks));
    }

    private static JsonObject request(JsonArray content) {
        JsonObject body = request("");
        body.getJsonArray("messages").getJsonObject(0).put("content", content);
        return body;
    }

    private static JsonObject toolTurn(JsonObject tool, JsonObject system, JsonObject call, JsonObject result) {
        JsonObject body = request("call", "", "").put("tools", blocks(tool)).put("system", blocks(system));
        body.getJsonArray("messages").getJsonObject(1).put("content", blocks(call));
        body.getJsonArray("messages").getJsonObject(2).put("content", blocks(result));
        return body;
    }

    private static JsonObject request(String... texts) {
        JsonArray messages = new JsonArray();
        for (int i = 0; i < texts.length; i++) {
            messages.add(new JsonObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", texts[i]));
        }
        return new JsonObject().put("model", "simulated").put("max_tokens", 1000).put("messages", messages);
    }
}

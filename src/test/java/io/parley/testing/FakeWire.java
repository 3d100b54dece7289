package io.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** How a protocol writes what a {@link FakeReply} says; one for each answer, as a stream has a beginning. */
abstract class FakeWire {
    private static final ObjectMapper JSON = new ObjectMapper();

    static FakeWire of(String path) {
        return path.contains("/messages") ? new Anthropic() : new OpenAi();
    }

    abstract String text(String piece);

    abstract String thinking(String piece);

    abstract String toolCall(String id, String name, String arguments);

    abstract String ping();

    abstract String error(String type);

    abstract String finish(String reason, int input, int cached, int output);

    static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static final class OpenAi extends FakeWire {
        private int toolCalls;

        @Override
        String text(String piece) {
            return delta("{\"content\":" + quoted(piece) + "}", "null");
        }

        @Override
        String thinking(String piece) {
            return delta("{\"reasoning_content\":" + quoted(piece) + "}", "null");
        }

        @Override
        String toolCall(String id, String name, String arguments) {
            return delta(
                    "{\"tool_calls\":[{\"index\":%d,\"id\":%s,\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}}]}"
                            .formatted(toolCalls++, quoted(id), quoted(name), quoted(arguments)),
                    "null");
        }

        @Override
        String ping() {
            return ": keep-alive\n\n";
        }

        @Override
        String error(String type) {
            return "data: {\"error\":{\"message\":\"secret text\",\"type\":%s,\"code\":null}}\n\n".formatted(quoted(type));
        }

        @Override
        String finish(String reason, int input, int cached, int output) {
            return delta("{}", quoted(reason))
                    + ("data: {\"id\":\"chatcmpl-fake\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":"
                            + "{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d,"
                            + "\"prompt_tokens_details\":{\"cached_tokens\":%d}}}\n\n")
                            .formatted(input, output, input + output, cached)
                    + "data: [DONE]\n\n";
        }

        private static String delta(String delta, String reason) {
            return ("data: {\"id\":\"chatcmpl-fake\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake\","
                    + "\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n").formatted(delta, reason);
        }
    }

    private static final class Anthropic extends FakeWire {
        private boolean started;
        private String open = "";
        private int index = -1;

        @Override
        String text(String piece) {
            return inBlock("text", "{\"type\":\"text\",\"text\":\"\"}")
                    + delta("{\"type\":\"text_delta\",\"text\":" + quoted(piece) + "}");
        }

        @Override
        String thinking(String piece) {
            return inBlock("thinking", "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
                    + delta("{\"type\":\"thinking_delta\",\"thinking\":" + quoted(piece) + "}");
        }

        @Override
        String toolCall(String id, String name, String arguments) {
            return inBlock("tool " + id, "{\"type\":\"tool_use\",\"id\":%s,\"name\":%s,\"input\":{}}"
                    .formatted(quoted(id), quoted(name)))
                    + delta("{\"type\":\"input_json_delta\",\"partial_json\":" + quoted(arguments) + "}");
        }

        @Override
        String ping() {
            return event("ping", "");
        }

        @Override
        String error(String type) {
            return event("error", ",\"error\":{\"type\":%s,\"message\":\"secret text\"}".formatted(quoted(type)));
        }

        @Override
        String finish(String reason, int input, int cached, int output) {
            String stop = switch (reason) {
                case "stop" -> "end_turn";
                case "length" -> "max_tokens";
                case "tool_calls" -> "tool_use";
                default -> reason;
            };
            return start() + closeBlock() + event("message_delta",
                    (",\"delta\":{\"stop_reason\":%s,\"stop_sequence\":null},\"usage\":{\"input_tokens\":%d,"
                            + "\"cache_read_input_tokens\":%d,\"output_tokens\":%d}")
                            .formatted(quoted(stop), input - cached, cached, output))
                    + event("message_stop", "");
        }

        private String start() {
            if (started) {
                return "";
            }
            started = true;
            return event("message_start", ",\"message\":{\"id\":\"msg_fake\",\"type\":\"message\",\"role\":\"assistant\","
                    + "\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}");
        }

        private String inBlock(String kind, String block) {
            if (open.equals(kind)) {
                return "";
            }
            String before = start() + closeBlock();
            open = kind;
            index++;
            return before + event("content_block_start", ",\"index\":" + index + ",\"content_block\":" + block);
        }

        private String closeBlock() {
            if (open.isEmpty()) {
                return "";
            }
            open = "";
            return event("content_block_stop", ",\"index\":" + index);
        }

        private String delta(String delta) {
            return event("content_block_delta", ",\"index\":" + index + ",\"delta\":" + delta);
        }

        private static String event(String type, String rest) {
            return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
        }
    }
}

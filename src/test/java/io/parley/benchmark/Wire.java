package io.parley.benchmark;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** A provider's format, as the mock provider speaks it. */
enum Wire {
    OPENAI {
        @Override
        String head() {
            return chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null");
        }

        @Override
        String token(String text) {
            return chunk("{\"content\":" + quoted(text) + "}", "null");
        }

        @Override
        String tail(int tokens) {
            return chunk("{}", "\"stop\"") + "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1764100000,\"model\":\"bench\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":"
                    + tokens + ",\"total_tokens\":" + (20 + tokens) + "}}\n\ndata: [DONE]\n\n";
        }
    },
    ANTHROPIC {
        @Override
        String head() {
            return event("message_start",
                    ",\"message\":{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench\",\"content\":[],"
                            + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":20,\"output_tokens\":1}}")
                    + event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
                    + event("ping", "");
        }

        @Override
        String token(String text) {
            return event("content_block_delta",
                    ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + quoted(text) + "}");
        }

        @Override
        String tail(int tokens) {
            return event("content_block_stop", ",\"index\":0")
                    + event("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{"
                            + "\"output_tokens\":" + tokens + "}")
                    + event("message_stop", "");
        }
    };

    static Wire ofPath(String path) {
        return path.endsWith("/messages") ? ANTHROPIC : OPENAI;
    }

    /** What comes before the first token. */
    abstract String head();

    abstract String token(String text);

    /** What comes after the last token. */
    abstract String tail(int tokens);

    private static String chunk(String delta, String reason) {
        return "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1764100000,\"model\":\"bench\","
                + "\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + reason + "}]}\n\n";
    }

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }
}

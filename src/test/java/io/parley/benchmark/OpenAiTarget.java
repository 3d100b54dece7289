package io.parley.benchmark;

/** The mock provider itself, or what only passes its bytes on. */
final class OpenAiTarget extends Target {
    OpenAiTarget(String name, int port) {
        super(name, port);
    }

    @Override
    void prepare(int clients) {
    }

    @Override
    String path(int slot) {
        return "/v1/chat/completions";
    }

    @Override
    String body(Prompt prompt) {
        return "{\"model\":\"bench\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":" + quoted(prompt.text())
                + "}]}";
    }

    @Override
    Heard hear(String event, Reception reception) {
        String data = EventSplitter.field(event, "data");
        if (data.equals("[DONE]")) {
            return Heard.END;
        }
        reception.text(json(data).path("choices").path(0).path("delta").path("content").asText(""));
        return Heard.MORE;
    }
}

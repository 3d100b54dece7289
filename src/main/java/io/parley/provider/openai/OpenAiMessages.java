package io.parley.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.provider.WireHistory;
import io.parley.provider.WireHistory.Entry;
import io.parley.provider.WireHistory.Placed;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes a history for Chat Completions. A message of text alone is a plain string, images stand only in user messages, and
 * each result of a tool is a message of its own.
 */
final class OpenAiMessages {
    private static final String PARAGRAPH = "\n\n";
    /** Stands for an empty result, because servers refuse a result without text. */
    private static final String NO_OUTPUT = "(no output)";
    private static final String FAILED = "error";

    private final OpenAiQuirks quirks;
    private final JsonGenerator json;

    OpenAiMessages(OpenAiQuirks quirks, JsonGenerator json) {
        this.quirks = quirks;
        this.json = json;
    }

    void write(WireHistory history) throws IOException {
        for (Entry entry : history.entries()) {
            switch (entry.role()) {
                case USER -> user(contents(entry));
                case ASSISTANT -> assistant(entry);
                case TOOL -> results(contents(entry));
            }
        }
    }

    private static List<Content> contents(Entry entry) {
        return entry.blocks().stream().map(Placed::content).toList();
    }

    private void user(List<Content> content) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", "user");
        if (of(Content.Image.class, content).isEmpty()) {
            json.writeStringField("content", text(content));
        } else {
            json.writeArrayFieldStart("content");
            for (Content block : content) {
                part(block);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void part(Content block) throws IOException {
        if (block instanceof Content.Text text) {
            json.writeStartObject();
            json.writeStringField("type", "text");
            json.writeStringField("text", text.text());
            json.writeEndObject();
        } else if (block instanceof Content.Image image) {
            json.writeStartObject();
            json.writeStringField("type", "image_url");
            json.writeObjectFieldStart("image_url");
            json.writeStringField("url", url(image.source()));
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static String url(ImageSource source) {
        return switch (source) {
            case ImageSource.Url url -> url.url();
            case ImageSource.Inline inline -> "data:" + inline.mediaType() + ";base64," + inline.base64();
            case ImageSource.Stored stored -> throw new IllegalArgumentException("image not read: " + stored.sha256());
        };
    }

    private void assistant(Entry entry) throws IOException {
        List<Content> content = contents(entry);
        boolean refused = quirks.official() && !of(Content.Refusal.class, content).isEmpty();
        String text = spoken(entry);
        json.writeStartObject();
        json.writeStringField("role", "assistant");
        if (refused) {
            refusals(content);
        } else if (text.isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", text);
        }
        reasoning(content);
        toolCalls(of(Content.ToolCall.class, content));
        json.writeEndObject();
    }

    private void refusals(List<Content> content) throws IOException {
        json.writeArrayFieldStart("content");
        for (Content block : content) {
            part(block);
            if (block instanceof Content.Refusal refusal) {
                json.writeStartObject();
                json.writeStringField("type", "refusal");
                json.writeStringField("refusal", refusal.text());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private void reasoning(List<Content> content) throws IOException {
        String field = quirks.resendReasoning();
        String thought = of(Content.Thinking.class, content).stream().map(Content.Thinking::text)
                .collect(Collectors.joining());
        boolean wanted = !quirks.onlyBesideCalls() || !of(Content.ToolCall.class, content).isEmpty();
        if (field != null && wanted && !thought.isEmpty()) {
            json.writeStringField(field, thought);
        }
    }

    private void toolCalls(List<Content.ToolCall> calls) throws IOException {
        if (calls.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tool_calls");
        for (Content.ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments().text());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void results(List<Content> content) throws IOException {
        for (Content.ToolResult result : of(Content.ToolResult.class, content)) {
            String text = text(result.content());
            json.writeStartObject();
            json.writeStringField("role", "tool");
            json.writeStringField("tool_call_id", result.callId());
            json.writeStringField("content", !text.isEmpty() ? text : result.error() ? FAILED : NO_OUTPUT);
            json.writeEndObject();
        }
    }

    /** Joins the texts of one reply. If two replies are sent as one message, a blank line separates them. */
    private static String spoken(Entry entry) {
        StringBuilder spoken = new StringBuilder();
        int last = WireHistory.NOWHERE;
        for (Placed block : entry.blocks()) {
            String text = textOf(block.content());
            if (!text.isEmpty()) {
                spoken.append(spoken.isEmpty() || block.message() == last ? "" : PARAGRAPH).append(text);
                last = block.message();
            }
        }
        return spoken.toString();
    }

    private static String text(List<Content> content) {
        return content.stream()
                .map(OpenAiMessages::textOf)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(PARAGRAPH));
    }

    private static String textOf(Content block) {
        return switch (block) {
            case Content.Text text -> text.text();
            case Content.Refusal refusal -> refusal.text();
            case Content.Image _,Content.ToolCall _,Content.ToolResult _,Content.Thinking _,Content.Opaque _ -> "";
        };
    }

    private static <T extends Content> List<T> of(Class<T> kind, List<Content> content) {
        return content.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}

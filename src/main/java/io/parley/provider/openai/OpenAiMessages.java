package io.parley.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes messages as Chat Completions wants them: text as a plain string where it is nothing but text, images only in user
 * messages, one message for each result of a tool. Blocks of other providers are left out.
 */
final class OpenAiMessages {
    private final OpenAiQuirks quirks;
    private final JsonGenerator json;

    OpenAiMessages(OpenAiQuirks quirks, JsonGenerator json) {
        this.quirks = quirks;
        this.json = json;
    }

    void write(List<Message> messages) throws IOException {
        for (Message message : messages) {
            switch (message) {
                case Message.User user -> user(user.content());
                case Message.Assistant assistant -> assistant(assistant.content());
                case Message.Tool tool -> results(tool.content());
            }
        }
    }

    private void user(List<Content> content) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", "user");
        if (of(Content.Image.class, content).isEmpty()) {
            json.writeStringField("content", text(content, "\n\n"));
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
        if (block instanceof Content.Text text && !text.text().isEmpty()) {
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

    private void assistant(List<Content> content) throws IOException {
        List<Content.ToolCall> calls = of(Content.ToolCall.class, content);
        boolean refused = quirks.official() && !of(Content.Refusal.class, content).isEmpty();
        String text = text(content, "");
        if (calls.isEmpty() && text.isEmpty()) {
            return;
        }
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
        toolCalls(calls);
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
        String thought = of(Content.Thinking.class, content).stream()
                .filter(thinking -> thinking.provider().equals(OpenAiChatProvider.PROTOCOL))
                .map(Content.Thinking::text)
                .collect(Collectors.joining());
        if (field != null && !thought.isEmpty()) {
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

    /** Results are text only, so pictures among them follow as the user's, after the last result. */
    private void results(List<Content> content) throws IOException {
        List<Content> pictures = new ArrayList<>();
        for (Content.ToolResult result : of(Content.ToolResult.class, content)) {
            String text = text(result.content(), "\n\n");
            json.writeStartObject();
            json.writeStringField("role", "tool");
            json.writeStringField("tool_call_id", result.callId());
            json.writeStringField("content", text.isEmpty() && result.error() ? "error" : text);
            json.writeEndObject();
            if (!of(Content.Image.class, result.content()).isEmpty()) {
                pictures.add(new Content.Text("Images in the result of " + result.callId() + ":"));
                pictures.addAll(of(Content.Image.class, result.content()));
            }
        }
        if (!pictures.isEmpty()) {
            user(pictures);
        }
    }

    private static String text(List<Content> content, String separator) {
        return content.stream()
                .map(OpenAiMessages::textOf)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(separator));
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

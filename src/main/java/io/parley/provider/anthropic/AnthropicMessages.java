package io.parley.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Writes messages as Messages wants them: roles alternate, results of tools come first, texts hold more than white space,
 * blocks of other providers are left out, and a message of which nothing is left does not exist.
 */
final class AnthropicMessages {
    private static final Pattern NOT_IN_IDS = Pattern.compile("[^A-Za-z0-9_-]");

    private static final String NO_TEXT = "(no text)";
    private final JsonGenerator json;

    AnthropicMessages(JsonGenerator json) {
        this.json = json;
    }

    void write(List<Message> messages) throws IOException {
        List<Content> collected = new ArrayList<>();
        boolean ofAssistant = false;
        for (Message message : messages) {
            boolean byAssistant = message.role() == Role.ASSISTANT;
            List<Content> legal = legal(message);
            if (!legal.isEmpty() && byAssistant != ofAssistant) {
                flush(ofAssistant, collected);
                ofAssistant = byAssistant;
            }
            collected.addAll(legal);
        }
        flush(ofAssistant, collected);
    }

    /** Blank text is refused; a user message of nothing else is sent as such, so that the roles still alternate. */
    private static List<Content> legal(Message message) {
        List<Content> legal = message.content().stream().filter(AnthropicMessages::isLegal).toList();
        return legal.isEmpty() && message.role() == Role.USER ? List.of(new Content.Text(NO_TEXT)) : legal;
    }

    private static boolean isLegal(Content block) {
        return switch (block) {
            case Content.Text text -> !text.text().isBlank();
            case Content.Refusal refusal -> !refusal.text().isBlank();
            case Content.Thinking thinking -> thinking.provider().equals(AnthropicProvider.PROTOCOL)
                    && thinking.signature() != null;
            case Content.Opaque opaque -> opaque.provider().equals(AnthropicProvider.PROTOCOL);
            case Content.Image _,Content.ToolCall _,Content.ToolResult _ -> true;
        };
    }

    private void flush(boolean ofAssistant, List<Content> content) throws IOException {
        if (content.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("role", ofAssistant ? "assistant" : "user");
        json.writeArrayFieldStart("content");
        for (Content block : content) {
            if (block instanceof Content.ToolResult) {
                block(block);
            }
        }
        for (Content block : content) {
            if (!(block instanceof Content.ToolResult)) {
                block(block);
            }
        }
        json.writeEndArray();
        json.writeEndObject();
        content.clear();
    }

    private void block(Content block) throws IOException {
        switch (block) {
            case Content.Text text -> text(text.text());
            case Content.Refusal refusal -> text(refusal.text());
            case Content.Image image -> image(image.source());
            case Content.ToolCall call -> toolCall(call);
            case Content.ToolResult result -> toolResult(result);
            case Content.Thinking thinking -> thinking(thinking);
            case Content.Opaque opaque -> json.writeRawValue(opaque.block().text());
        }
    }

    private void text(String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private void image(ImageSource source) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "image");
        json.writeObjectFieldStart("source");
        switch (source) {
            case ImageSource.Url url -> {
                json.writeStringField("type", "url");
                json.writeStringField("url", url.url());
            }
            case ImageSource.Inline inline -> {
                json.writeStringField("type", "base64");
                json.writeStringField("media_type", inline.mediaType());
                json.writeStringField("data", inline.base64());
            }
            case ImageSource.Stored stored -> throw new IllegalArgumentException("image not read: " + stored.sha256());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void toolCall(Content.ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", legalId(call.id()));
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        json.writeRawValue(call.arguments().text());
        json.writeEndObject();
    }

    private void toolResult(Content.ToolResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", legalId(result.callId()));
        List<Content> content = result.content().stream().filter(AnthropicMessages::isLegal).toList();
        if (!content.isEmpty()) {
            json.writeArrayFieldStart("content");
            for (Content block : content) {
                block(block);
            }
            json.writeEndArray();
        }
        if (result.error()) {
            json.writeBooleanField("is_error", true);
        }
        json.writeEndObject();
    }

    private void thinking(Content.Thinking thinking) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "thinking");
        json.writeStringField("thinking", thinking.text());
        json.writeStringField("signature", thinking.signature());
        json.writeEndObject();
    }

    /** Ids that other providers gave may hold what is refused here. */
    private static String legalId(String id) {
        return NOT_IN_IDS.matcher(id).replaceAll("_");
    }
}

package io.parley.provider;

import io.parley.conversation.BlankText;
import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.Adaptation.Kind;
import io.parley.provider.WireHistory.Placed;
import io.parley.provider.WireRules.Reasoning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Selects the blocks of each message that can be sent. */
final class LegalBlocks {
    /** Every provider accepts tool names of at most 64 letters, digits, underscores and dashes. */
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^A-Za-z0-9_-]");
    private static final int LONGEST_NAME = 64;

    private final WireRules rules;
    private final CallPairs pairs;
    private final Adaptations notes;
    private final Map<String, String> names = new HashMap<>();

    LegalBlocks(WireRules rules, CallPairs pairs, Adaptations notes) {
        this.rules = rules;
        this.pairs = pairs;
        this.notes = notes;
    }

    /** Returns the blocks of a message that can be sent; empty if there are none. */
    List<Placed> of(Message message, int index) {
        List<Content> content = message.content();
        List<Placed> legal = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            Content block = mayHold(message, content.get(i)) ? legal(content.get(i), message.id(), index, i)
                    : misplaced(content.get(i), message);
            if (block != null) {
                legal.add(new Placed(block, index, i));
            }
        }
        // Servers refuse a message that ends with reasoning or holds nothing else.
        while (!legal.isEmpty() && isReasoning(legal.getLast().content())) {
            legal.removeLast();
        }
        return legal;
    }

    /**
     * Returns whether a message of this role may hold the block. An imported message may hold blocks that no provider allows
     * there.
     */
    private static boolean mayHold(Message message, Content block) {
        return switch (message) {
            case Message.User _ -> !(block instanceof Content.ToolCall) && !isReasoning(block);
            case Message.Assistant _ -> !(block instanceof Content.Image);
            case Message.Tool _ -> block instanceof Content.ToolResult;
        };
    }

    private @Nullable Content misplaced(Content block, Message message) {
        boolean drawn = message instanceof Message.Assistant && block instanceof Content.Image;
        notes.add(message.id(), drawn ? Kind.PICTURE_OF_REPLY : Kind.MISPLACED);
        return drawn ? new Content.Text(Pictures.NOT_READ) : null;
    }

    private static boolean isReasoning(Content block) {
        return block instanceof Content.Thinking
                || block instanceof Content.Opaque opaque && opaque.block().text().contains("\"redacted_thinking\"");
    }

    private @Nullable Content legal(Content block, MessageId id, int message, int position) {
        return switch (block) {
            case Content.Text text -> unlessBlank(text, text.text(), id);
            case Content.Refusal refusal -> unlessBlank(refusal, refusal.text(), id);
            case Content.Image image -> image;
            case Content.ToolCall call -> call(call, id, pairs.idAt(message, position));
            case Content.ToolResult result -> result(result, id, pairs.idAt(message, position));
            case Content.Thinking thinking -> thinking(thinking, id, pairs.isWhole(message));
            case Content.Opaque opaque ->
                isOwn(opaque.provider(), id) && rules.reasoning() == Reasoning.SIGNED && pairs.isWhole(message) ? opaque
                        : null;
        };
    }

    private @Nullable Content unlessBlank(Content block, String text, MessageId id) {
        if (BlankText.isBlank(text)) {
            notes.add(id, Kind.BLANK_TEXT);
            return null;
        }
        return block;
    }

    private @Nullable Content call(Content.ToolCall call, MessageId id, @Nullable String wireId) {
        if (wireId == null) {
            notes.add(id, Kind.CALL_WITHOUT_RESULT);
            return null;
        }
        String name = legalName(call.name());
        names.put(wireId, name);
        if (!rules.tools()) {
            notes.add(id, Kind.TOOLS_AS_TEXT);
            return new Content.Text("[The tool " + name + " is called with " + call.arguments().text() + "]");
        }
        if (!name.equals(call.name())) {
            notes.add(id, Kind.TOOL_RENAMED);
        }
        return new Content.ToolCall(wireId, name, call.arguments());
    }

    /** Returns the name of a tool in a form that every provider accepts. */
    static String legalName(String name) {
        String legal = NOT_IN_NAMES.matcher(name).replaceAll("_");
        return legal.isEmpty() ? "tool" : legal.substring(0, Math.min(LONGEST_NAME, legal.length()));
    }

    private @Nullable Content result(Content.ToolResult result, MessageId id, @Nullable String wireId) {
        if (wireId == null) {
            notes.add(id, Kind.RESULT_WITHOUT_CALL);
            return null;
        }
        List<Content> seen = result.content().stream().filter(LegalBlocks::isSeen).toList();
        List<Content> content = seen.isEmpty() && result.error() ? List.of(Arranging.FAILED) : seen;
        if (rules.tools()) {
            return new Content.ToolResult(wireId, content, result.error());
        }
        notes.add(id, Kind.TOOLS_AS_TEXT);
        StringBuilder text = new StringBuilder(result.error() ? "[The tool fails: " : "[Result of the tool: ")
                .append(names.getOrDefault(wireId, "tool")).append(']');
        content.forEach(block -> text.append('\n').append(block instanceof Content.Text(String said) ? said : "[a picture]"));
        return new Content.Text(text.toString());
    }

    private static boolean isSeen(Content block) {
        return !(block instanceof Content.Text(String text)) || !BlankText.isBlank(text);
    }

    private @Nullable Content thinking(Content.Thinking thinking, MessageId id, boolean whole) {
        boolean wanted = switch (rules.reasoning()) {
            case NONE -> false;
            case TEXT -> !thinking.text().isEmpty();
            case SIGNED -> thinking.signature() != null;
        };
        return isOwn(thinking.provider(), id) && wanted && whole ? thinking : null;
    }

    private boolean isOwn(String provider, MessageId id) {
        boolean own = provider.equals(rules.provider());
        if (!own) {
            notes.add(id, Kind.BOUND_ELSEWHERE);
        }
        return own;
    }
}

package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Role;
import io.parley.provider.Adaptation.Kind;
import io.parley.provider.WireHistory.Entry;
import io.parley.provider.WireHistory.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds a {@link WireHistory} message by message. A bridge goes between two neighbours that may not follow each other. */
final class Arranging {
    /** Stands for a user message without content that can be sent. */
    static final String NO_TEXT = "(no text)";
    /** Stands for the content of a failed result without content, because servers refuse such a result. */
    static final Content FAILED = new Content.Text("error");
    /** The user message before a greeting of the assistant. */
    static final String BEGINNING = "(The assistant begins the conversation.)";
    /** The assistant message between the results of tools and the user message after them. */
    static final String NO_REPLY = "(no reply)";

    private static final Comparator<Placed> BY_CALL = Comparator.comparing(Arranging::callId);

    private final List<Message> messages;
    private final WireRules rules;
    private final Adaptations notes = new Adaptations();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Placed> open = new ArrayList<>();
    private @Nullable Role role;

    Arranging(List<Message> messages, WireRules rules) {
        this.messages = messages;
        this.rules = rules;
    }

    WireHistory arranged() {
        List<Message> pictured = new PictureBudget(rules, notes).within(messages);
        LegalBlocks legal = new LegalBlocks(rules, CallPairs.of(messages), notes);
        for (int i = 0; i < pictured.size(); i++) {
            add(pictured.get(i), legal.of(pictured.get(i), i), i);
        }
        while (role != null) {
            close();
        }
        return new WireHistory(entries, notes.all());
    }

    private void add(Message message, List<Placed> legal, int index) {
        if (!legal.isEmpty()) {
            begin(wireRole(message), message.id());
            open.addAll(legal);
        } else if (message.role() == Role.USER) {
            begin(Role.USER, message.id());
            open.add(new Placed(new Content.Text(NO_TEXT), index, 0));
        }
    }

    private Role wireRole(Message message) {
        return message.role() == Role.TOOL && (rules.resultsInUser() || !rules.tools()) ? Role.USER : message.role();
    }

    private void begin(Role next, MessageId message) {
        while (role != null && next != role) {
            close();
        }
        if (next == role) {
            if (next != Role.TOOL) {
                notes.add(message, Kind.MERGED);
            }
            return;
        }
        Role before = entries.isEmpty() ? null : entries.getLast().role();
        if (before == null && next == Role.ASSISTANT && !rules.startsWithAssistant()) {
            bridge(Role.USER, BEGINNING);
            notes.add(message, Kind.GREETING_BRIDGED);
        } else if (before == Role.TOOL && next == Role.USER) {
            bridge(Role.ASSISTANT, NO_REPLY);
            notes.add(message, Kind.RESULTS_BRIDGED);
        }
        role = next;
    }

    private void bridge(Role by, String text) {
        entries.add(new Entry(by, List.of(new Placed(new Content.Text(text), WireHistory.NOWHERE, 0))));
    }

    private void close() {
        if (role == Role.TOOL) {
            closeResults();
            return;
        }
        List<Placed> results = open.stream().filter(Placed::isResult).sorted(BY_CALL).toList();
        List<Placed> ordered = new ArrayList<>(open.size());
        results.forEach(result -> ordered.add(isFailed(result) ? withoutPictures(result) : result));
        results.stream().filter(Arranging::isFailed).forEach(result -> ordered.addAll(pictures(result)));
        open.stream().filter(block -> !block.isResult()).forEach(ordered::add);
        entries.add(new Entry(Objects.requireNonNull(role), ordered));
        open.clear();
        role = null;
    }

    /** Returns whether a block is the result of a tool that failed. Anthropic accepts only text in such a result. */
    private static boolean isFailed(Placed block) {
        return block.content() instanceof Content.ToolResult result && result.error();
    }

    private static String callId(Placed block) {
        return block.content() instanceof Content.ToolResult result ? result.callId() : "";
    }

    /** Writes results that are messages of their own. They hold text only, so a user message with their pictures follows. */
    private void closeResults() {
        List<Placed> results = open.stream().sorted(BY_CALL).toList();
        entries.add(new Entry(Role.TOOL, results.stream().map(Arranging::withoutPictures).toList()));
        open.clear();
        role = null;
        for (Placed result : results) {
            List<Placed> pictures = pictures(result);
            if (!pictures.isEmpty() && role == null) {
                bridge(Role.ASSISTANT, NO_REPLY);
                role = Role.USER;
            }
            open.addAll(pictures);
        }
    }

    /** Returns the pictures of a result as blocks of the user, after a line that names the call. */
    private List<Placed> pictures(Placed placed) {
        Content.ToolResult result = (Content.ToolResult) placed.content();
        List<Content> pictures = result.content().stream().filter(Content.Image.class::isInstance).toList();
        if (pictures.isEmpty()) {
            return List.of();
        }
        notes.add(messages.get(placed.message()).id(), Kind.PICTURES_AFTER_RESULT);
        List<Placed> after = new ArrayList<>();
        after.add(new Placed(new Content.Text("Images in the result of " + result.callId() + ":"), placed.message(),
                placed.position()));
        pictures.forEach(picture -> after.add(new Placed(picture, placed.message(), placed.position())));
        return after;
    }

    private static Placed withoutPictures(Placed placed) {
        Content.ToolResult result = (Content.ToolResult) placed.content();
        List<Content> text = result.content().stream().filter(block -> !(block instanceof Content.Image)).toList();
        return new Placed(new Content.ToolResult(result.callId(),
                text.isEmpty() && result.error() ? List.of(FAILED) : text, result.error()), placed.message(),
                placed.position());
    }
}

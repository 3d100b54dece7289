package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.MessageId;
import io.parley.conversation.Role;
import io.parley.session.Sessions;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages that are written to a session without asking the model. */
@Singleton
public final class MessagesReader {
    private final Limits limits;
    private final ContentReader content;

    MessagesReader(Limits limits) {
        this.limits = limits;
        this.content = new ContentReader(limits);
    }

    /**
     * One message or a list of them.
     *
     * @param single whether it was one, not in a list
     */
    public record Batch(List<Sessions.Draft> drafts, boolean single) {
        public Batch { drafts = List.copyOf(drafts); }
    }

    /**
     * What a body asks to append.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public Batch read(byte[] body) {
        Violations violations = new Violations();
        Value root = Value.of(JsonText.read(body, limits), violations);
        boolean single = !(root.json() instanceof JsonValue.Elements);
        List<Value> elements = single ? List.of(root) : root.elements(limits.messages());
        List<Sessions.Draft> drafts = new ArrayList<>();
        for (Value element : elements == null ? List.<Value> of() : elements) {
            drafts.add(draft(element));
        }
        if (elements != null && elements.isEmpty()) {
            root.wrong("must have at least one message");
        }
        violations.throwIfAny();
        return new Batch(drafts, single);
    }

    /** The new content of a message of this role: {@code {"content":…}}. */
    public List<Content> readContent(JsonText body, Role role) {
        Violations violations = new Violations();
        Fields fields = Value.of(body, violations).fields();
        List<Content> read = content.read(fields.require("content"), role);
        fields.refuseOthers();
        violations.throwIfAny();
        return read;
    }

    /** A body that is read once the role of the message is known. */
    public JsonText readText(byte[] body) {
        return JsonText.read(body, limits);
    }

    /** The message up to which a session is forked: {@code {"through":…}}. */
    public MessageId readFork(byte[] body) {
        Violations violations = new Violations();
        Fields fields = Value.of(JsonText.read(body, limits), violations).fields();
        MessageId through = messageId(fields.require("through"));
        fields.refuseOthers();
        violations.throwIfAny();
        if (through == null) {
            throw new IllegalStateException("a missing id is a violation");
        }
        return through;
    }

    static @Nullable MessageId messageId(@Nullable Value value) {
        String id = value == null ? null : value.text(64);
        if (value == null || id == null) {
            return null;
        }
        return MessageId.isWellFormed(id) ? MessageId.parse(id) : value.wrong("must be the id of a message");
    }

    private Sessions.Draft draft(Value value) {
        Fields fields = value.fields();
        Value roleValue = fields.require("role");
        Role role = roleValue == null ? null : role(roleValue);
        Value blocks = fields.require("content");
        List<Content> read = role == null ? List.of() : content.read(blocks, role);
        fields.refuseOthers();
        return new Sessions.Draft(role == null ? Role.USER : role, read);
    }

    private static @Nullable Role role(Value value) {
        if (value.json() instanceof JsonValue.Text(String name, int _, int _) && "system".equals(name)) {
            return value.wrong("must not be system: set systemPrompt or facts of the session instead");
        }
        return value.choice(Role.class);
    }
}

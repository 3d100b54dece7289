package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.IfRunning;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.parley.conversation.port.Caller;
import io.parley.turn.Reaction;
import io.parley.turn.Target;
import io.parley.turn.TurnCommand;
import io.parley.turn.TurnOptions;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a client wants of a turn. */
@Singleton
public final class TurnReader {
    private final Limits limits;
    private final ContentReader content;
    private final GenerationReader generation;

    TurnReader(Limits limits) {
        this.limits = limits;
        this.content = new ContentReader(limits);
        this.generation = new GenerationReader(limits);
    }

    /**
     * Reads the command for a turn, which has no idempotency key yet.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public TurnCommand read(Caller caller, SessionId session, byte[] body) {
        Violations violations = new Violations();
        Fields fields = Value.of(JsonText.read(body, limits), violations).fields();
        Value said = fields.find("content");
        List<Content> blocks = said == null ? null : content.read(said, ContentReader.roleOfInput(said));
        boolean again = fields.truth("regenerate");
        MessageId replaced = MessagesReader.messageId(fields.find("replaces"));
        TurnOptions options = new TurnOptions(fields.text("model", SettingsReader.LONGEST_MODEL),
                ContextSpecReader.read(fields.find("context")), generation.read(fields));
        Reaction reaction = new Reaction(fields.choice("ifRunning", IfRunning.class),
                fields.choice("onDisconnect", OnDisconnect.class), fields.choice("onCrash", OnCrash.class));
        RawJson metadata = fields.object("metadata", limits.metadata().asLongValue());
        checkTogether(said, again, replaced, violations);
        fields.refuseOthers();
        violations.throwIfAny();
        return new TurnCommand(caller, target(session, again, replaced), blocks, options, reaction, metadata, null);
    }

    private static Target target(SessionId session, boolean again, @Nullable MessageId replaced) {
        if (replaced != null) {
            return new Target.Within(session, replaced);
        }
        return again ? new Target.LastInput(session) : new Target.Existing(session);
    }

    /**
     * Policies in the form in which a body holds them as {@code context}.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public List<ContextSpec> readPolicies(String json) {
        Violations violations = new Violations();
        List<ContextSpec> policies = ContextSpecReader.read(Value.of(JsonText.read(json, limits), violations));
        violations.throwIfAny();
        return policies == null ? List.of() : policies;
    }

    private static void checkTogether(@Nullable Value said, boolean again, @Nullable MessageId replaced,
            Violations violations) {
        if (again && said != null) {
            violations.add("/content", "must be left out if regenerate is true, which answers the last input again");
        }
        if (again && replaced != null) {
            violations.add("/replaces", "must be left out if regenerate is true");
        }
        if (replaced != null && said == null) {
            violations.add("/content", "is required with replaces: it is the new content of the message");
        }
        if (replaced != null && ContentReader.roleOfInput(said) == Role.TOOL) {
            violations.add("/content", "must not be tool results if replaces is set, because replaces edits a user message");
        }
    }
}
